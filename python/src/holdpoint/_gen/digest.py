# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "0d26431126cc6d296bacee0b2b600b68bb4f36a797889ba0ac2652de93d3a26f"
