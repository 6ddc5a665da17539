# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "f8ff40ee57d68487d82eadf063d858792f93a1a1298ecbbf98a124001ef748d5"
