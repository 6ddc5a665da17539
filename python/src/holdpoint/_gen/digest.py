# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "91dcc3976bf4f31897f3ac8ad2116a1901133eba1cf2ac21b7e345dc73369294"
