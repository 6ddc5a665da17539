# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "71bb64dc98c8bd59d802541312f07586aab439f0e412bfeb7a9988b653d57094"
