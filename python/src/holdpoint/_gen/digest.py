# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e9c4fbbad77bb8434be0f6d919246345dd03a614fd2b8289d9fb3567d8f3a2f0"
