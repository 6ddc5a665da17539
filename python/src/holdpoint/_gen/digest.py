# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "074197996e67a50ce78ded3493141bb1e1c1158daaaad7890d6efbbfba41b7a0"
