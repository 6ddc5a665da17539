# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "8e2a89a1844b1db941cea01bd06a47a59ecf625c826602d65c16849edfc9ccf9"
