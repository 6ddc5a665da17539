# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "a355f3d11b81d0eaa87fbaa7e1a66bc8b9618c31f9156393dc57a460b3062eda"
