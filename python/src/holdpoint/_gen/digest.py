# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "115736a5d064038a85f1c5c5cc0b34658a8fd23f2ec61fbf70ad511e4b172ad3"
