# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "91efb16adf173b0a5a431b596cb3860f8470119c600efbe50b748883fb53d902"
