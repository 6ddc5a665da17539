# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "15b8891fc0079930f66f5b7f73726fbc75d982cadbfb4242ad3fc4dd2e9ca613"
