# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "0a23bd28fc4589a9c30f2c031a42131dc7c841d1899d8f6c52c669efe5710b01"
