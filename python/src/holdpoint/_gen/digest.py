# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c61837ad5311c09f60fef8e289893a56fa6d9ff18618943041c5b91e0d78e7d3"
