# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "ecb27df9d7d4fb5916b9f0e71e4e6d094ec326e70f5930ba8ccf71675f584561"
