# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "655c36826f0da93d9ea5e2f8b29563349bb4101d9d800ff6e994326d52c8ca78"
