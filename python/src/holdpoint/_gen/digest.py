# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "b90c000da10bc3f324750b89087d51c0cdde4f58a4ba5056706daa0fbdc2addc"
