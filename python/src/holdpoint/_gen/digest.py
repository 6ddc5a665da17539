# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "08074c5da426fb63eb311978725c2376a7899b80de19b1091aad0b7d2532b6de"
