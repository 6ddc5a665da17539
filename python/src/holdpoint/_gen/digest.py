# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "569af345ed6992034ba873d9c3ba493b4c69507e3d6824879f4d5ba371e49212"
