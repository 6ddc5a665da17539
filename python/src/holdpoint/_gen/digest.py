# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c861b5054439ca64c156322af4b67a840aea6080b76055880ea26d3154222cb9"
