# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "d49cd3ecdba02ae883cd5b9633d52ff13e87902d3b88717be7b2beab9bd5d1fb"
