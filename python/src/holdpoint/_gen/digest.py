# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "2544dcbe479031324eb5f2dc9283e3e69892044cee309b1ceaa49155dd3ee8c2"
