# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "62e85a91abf373aea8ea42e61d3de90417b4052ac409e7cd9a25c5676a108ede"
