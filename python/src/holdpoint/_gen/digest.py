# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "14081ac1e337d9711389c60131fd02a7f3394f8595dfd662f36b3abb21f9133b"
