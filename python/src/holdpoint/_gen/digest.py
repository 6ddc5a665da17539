# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "4d2d7fcbf81483810edc205c117bcf6df809a8b4edbfa3cd810ad401a1470b8f"
