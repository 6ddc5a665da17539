# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "1ec3ea7e8fcc5f7469446d3e417ce23f0980c4c76e388b2a64cd2b82873e2cd9"
