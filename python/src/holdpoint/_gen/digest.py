# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "2824b1daa08e7e41420c0eda46018dd79be00ef752d1d4bcb0b0d4851dfdf8c1"
