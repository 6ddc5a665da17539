# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e4f9fca46eda68871c5943d9ebbe4c798980930bca9cf1220e78d0adb77ddcb7"
