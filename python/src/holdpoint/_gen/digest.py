# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "2d1c3c1753277947b2be3c9b3e24b87f7c3ed3adf8e35a59ee142a1f34820daf"
