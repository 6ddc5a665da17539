# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "19a21e2cf4e9d17953fadd27c046d29d00a2f7e36c046563af3a4fdadfac8496"
