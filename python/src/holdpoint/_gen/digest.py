# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "9bd08214479964bd630b469a3c0604b4452455710ce9c8429cbc3e26ed369156"
