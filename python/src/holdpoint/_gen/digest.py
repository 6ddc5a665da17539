# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "247768d8fd836095856e49c159190e01320c7adc7f7fb5a5aa218dd250a21f72"
