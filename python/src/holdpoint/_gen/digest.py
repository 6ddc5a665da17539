# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "be5be3d6058406ee1e32a2db2c42b52d3ed2d94c1076a1ce74cbcd476e72f951"
