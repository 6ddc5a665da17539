# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "f7d241dc2b8a05d7d0cfeb649af684cf581f533cfbb19c2cc194b525e5b84e27"
