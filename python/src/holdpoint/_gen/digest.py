# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "7a78351fd60e0f5dc6c1ca45ae890a00d552fcfc39dd18fe5c4a50ec579c09ee"
