# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c199990856d12bdaf0f00592d0bda6d74248de5130b102c7b09eacbb9acfcc7f"
