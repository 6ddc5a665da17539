# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "b1ae204583372055ea841dce979257b4afac5dd67fc97f4d4fff89ad6f2753d0"
