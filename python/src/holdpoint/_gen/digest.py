# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "a32892e9fe707362ab8ad2635e0b9bafa2423accf387099afbdfe78560487ab7"
