# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "71642ec472f3e4f3dd01b0abbaec235405af22f70659f986344b7fabb25fbbaf"
