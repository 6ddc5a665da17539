# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "9efdf6a989027129bfadb4775e7d3b156b10bcd52195d342e6083e9ff3bb0298"
