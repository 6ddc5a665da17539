# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "b3c1293e6cf3de265876ae34620b31f4eeedd5e54cbaf0f3463a745f6e6ca768"
