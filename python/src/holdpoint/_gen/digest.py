# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "42bb395573763e6a1a5601f8e2f3290e56550d2095d6671440efedd7c6af892b"
