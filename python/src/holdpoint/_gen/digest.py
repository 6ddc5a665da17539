# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c7cf501bca40e28540b279a8dc93e101399731e2da78d11c70434d851109dc18"
