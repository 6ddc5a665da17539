# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c00d08cffdb70fe7c30dfda96562d02052b7f2b4de0690c573d47514bd07851f"
