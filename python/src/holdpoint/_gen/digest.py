# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "df96e7450fd3c6ea3f328cf58893f2a6ec6858a8357d8cd56b62861336c627db"
