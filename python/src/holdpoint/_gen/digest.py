# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "90fdad0889837c5dcf454a6cebd01d0a53e93ebb7d958ae565caeda11658a030"
