# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "ce49b6290acf75731ab48553a361f9a979678878e070e6552eb0c0f16489b797"
