# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "b7f86fcad80f0e85699702a4fdecea66e8c784a7049dbb8d530cd6b66994048c"
