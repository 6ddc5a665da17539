# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "940bf90cb6a057c36ba45ae7c322f276cc17799cc4c3b4a8b0e1ca7c26d0ffa4"
