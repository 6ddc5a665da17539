# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "7958a7afee659ee79a681d5e870379b67317247933a0ef74efb9ecc5bc2c66cc"
