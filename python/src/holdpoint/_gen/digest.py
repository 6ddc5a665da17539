# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "2fed5723a4f3cf217bede2de966d21469b6086b2a8349b1c405d4e4969b18afc"
