# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "a2222712930e8022a2a080da4ee1282fe21353feb29dc010789fdcc1acfed37f"
