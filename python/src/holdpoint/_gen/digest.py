# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "067c5a63b724590250b478ecb201cf77b247df3d2de928e1bda472c2adf95c86"
