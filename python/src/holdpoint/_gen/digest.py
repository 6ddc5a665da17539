# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "766d2ca3b80bcd2d5a19297dd88252300edd46dfb0be14fdda06e71862d2e446"
