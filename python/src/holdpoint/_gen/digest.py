# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "b7326b16acefee24f21cb6bffe0f7894b7fffff66b85cfa4685800558c8b1c7f"
