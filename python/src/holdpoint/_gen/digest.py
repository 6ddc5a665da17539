# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "0fb3f517bd0efdfa8ef09eef4ccd1a5848e02812ffc2f8a979351a012106538c"
