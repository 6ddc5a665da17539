# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e45624b09e9f8ccc28897e15e4c98aebf0a8d7c7d02263aabd4f7250dc911c74"
