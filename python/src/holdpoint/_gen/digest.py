# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "6a525cc12de3a6c9ab33b7177f130315efbc3c39382fd9f68ef6024c3622d580"
