# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "f72e11529a23eb7f33e55f968b1db9f5061f3290cfa1017bddf430a2d731ba26"
