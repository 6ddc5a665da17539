# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "d8aa87c3442dbe3d083268575a5768e9bcfa98939f327182ada1536216faa83e"
