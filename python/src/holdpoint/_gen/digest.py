# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "0e6739b63767c788eedeb6193f527b33cb91a3222946a9a2d4fa4d4a1770a300"
