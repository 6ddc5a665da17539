# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "69788c2cea6c9f7e20a9c3f1f5d4b817bf359d331478e60b2219710b55a0eda6"
