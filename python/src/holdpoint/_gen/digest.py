# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "f83663eef7cc41393bf21afb400bd9c451b09d477607bfdaef8631154af85fe4"
