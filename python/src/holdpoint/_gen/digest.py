# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "e6aa87b011f8a34ed791f9d758890b456316f65371522088af483245cbbc8b73"
