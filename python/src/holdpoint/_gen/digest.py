# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "6266fd19b613ad87fb3a3c3d1d9bc87edf74b40c34597767512343b2c48b5b9a"
