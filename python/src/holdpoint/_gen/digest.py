# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "9c7d7b2608f6d8f4ee1545ba887d640e451095427dc82768f9c28764f1f7cf18"
