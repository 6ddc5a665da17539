# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "5c3f73d86fc16254aebd9d8b67628b7c1eb68654d0b0f920940dea86f433165a"
