# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "3f5c3d75d6c818bdfbd20448c05467ac6efb0c86911e2de41d34a251cd4c3fd1"
