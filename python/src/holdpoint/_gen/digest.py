# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "5541d940192beba1708016ef7f50edf4620b6cb963c3620327042584780642eb"
