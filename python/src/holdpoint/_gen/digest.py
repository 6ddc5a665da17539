# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "ec8a74765a1a00d33c2c147456c1fdbec29f77f4de141333a943daaa1cdd3d2d"
