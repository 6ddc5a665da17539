# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "77a0cfb9111024c523981e36c3a74e5ae08c5796b5910f993aeb795b453d3101"
