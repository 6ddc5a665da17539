# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "0a0a57c747dc2771109e3857e8ecc3cc2e3575038600826f461d76e25a83afe0"
