# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "377a83cb58698a6208f524ac548c2b4cbe0c29b9bb437ae67e4bbdc79249e4dd"
