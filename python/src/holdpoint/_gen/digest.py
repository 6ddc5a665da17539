# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "dec78d8e69d6f5ffa15740ffa761c75619b6c4bec15bd512cb14d35a7a7caaf0"
