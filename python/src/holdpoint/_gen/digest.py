# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e04560713cef615ee5dbbb07e01e91b8b87572d76729a207156ed3df144b8bd8"
