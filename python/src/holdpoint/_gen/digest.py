# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "460597dd6d3bd220e9d87daff29f6568d6fe6fa7ea3ee803bb06b372d9cfc46b"
