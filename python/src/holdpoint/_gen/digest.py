# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "9a246351d341f99270849de855e2d50d33cc967ce21d45948f496d660f2a37fe"
