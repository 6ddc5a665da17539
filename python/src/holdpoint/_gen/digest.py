# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "cdb5a28bebd3608722174a4fbc864f5f51a4df738735b1dd0e9cccab38c010ba"
