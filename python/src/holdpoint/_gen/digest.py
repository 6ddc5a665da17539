# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "d9ae49c9386408763621c7e4b6f63961a849aa785c8fb6476481fa7d5e443e03"
