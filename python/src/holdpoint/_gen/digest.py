# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "874ef1967210e55b0e9f8686b5d2be37550e2891e1f6c8b3a8c1f8647a4a4e0f"
