# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "64b8a3938febf644d188915a367938ff39404fdfa8f59dfe7b7919ae9d283683"
