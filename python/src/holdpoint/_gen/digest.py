# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "3e37253bce7fad85776d8ccd01d8896093fd10176d521434d6a0ecb7af66b7e4"
