# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "334001d073dc82f0c565aaacb9746ddbe89e0dd4cec15b5c75ace34e2bb1443d"
