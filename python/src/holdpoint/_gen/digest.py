# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e6cdf6f2a95e884c6abb0df7088b5a7a886974e694a1b616d7e1277ae8f2e9e1"
