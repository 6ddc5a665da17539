# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "30073a0a110d389124bdb86bf2d794be4f780ab76f122bf03ed3a262f7cd1787"
