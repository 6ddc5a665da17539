# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "33dbcefa960d77478551f7b3a773b9c0c01950613aedc60e4dabf34f67bf4d71"
