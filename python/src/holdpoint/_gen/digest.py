# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "cbc7d324ef139c6e252a849f7ae455a8179b1fc25af1dc839ac5640f03d86fb2"
