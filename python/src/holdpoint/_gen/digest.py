# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "2fa16bc9c55acb6e9f2c0a2fcc697019e8b49886c2db41027e159889b40f8518"
