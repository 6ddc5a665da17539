# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "66690cbb3bc63a13ca2f22310e75b271e9c85abb4bec1c580e43c99a02870014"
