# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "ece0045a65280fd4a2a888ea188de550261b36cccff8a4d2da2e7e1676238430"
