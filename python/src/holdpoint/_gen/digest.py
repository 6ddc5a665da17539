# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "a163353445c68739f204fd149d607db9a451d584d26746c821504dad9067d31a"
