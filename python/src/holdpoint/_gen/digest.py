# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e7509e361ce26a2451493fe5a3c5ffafaa539be60c67fbfa90b0555e29f9d260"
