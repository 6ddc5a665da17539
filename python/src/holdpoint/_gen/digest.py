# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "73c5fd5ea7302722c115715ed4e9e75caf654dd1ba99a37648c23e30104796f9"
