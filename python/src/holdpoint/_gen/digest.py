# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "9c61195c65fee3000e688ebb9f539a285d479056f600045fde20aa66adb0ee3a"
