# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "89da1fbe9b12868880040a75dc1c9d5d0135db1abcaad6ab02da189bd597737d"
