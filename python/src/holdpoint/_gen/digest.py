# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "af10ba4d4d8df6a4fcf5a9dabd9fe735b5e3fb46acf25db6d895bc9e959c3742"
