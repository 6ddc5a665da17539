# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c595a1e49c12a30ab600435bc2dfc184c9f07edae63a6a5a3fdc443acc93180e"
