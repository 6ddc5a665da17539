# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "9d0a388bf6ff9c243f82c92270d4636cb9812a5d5f3c65bd8b781f20a47e70e4"
