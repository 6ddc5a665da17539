# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "6a2af861db8e1ce5541769bb3f6d9edadfafebee55f052db7bafafd34f71f953"
