# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "4f246180d91e6cfd06a4d5217d75b6ae71de9a8db161283da44dd7b53db351c2"
