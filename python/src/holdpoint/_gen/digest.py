# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "f9f1a008dfb3a36134ca2fd93feb2ee937bebef99a51f218fa0d2622b712ed3c"
