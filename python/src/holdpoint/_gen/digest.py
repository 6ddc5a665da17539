# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "682153d4cc24e095cb5fe27a47c220aa5cdc1c51b3d7241485e4c2a80d80ed9e"
