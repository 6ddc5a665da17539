# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "ff2f661265e3de2909e1f754318318377d482a46408996af4fabff6c241ebb04"
