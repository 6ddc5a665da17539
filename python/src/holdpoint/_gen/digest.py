# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "99eb01d7b55766fd19f409227ceaeae01d531157cc5f87626b48bc8ca97ebeb2"
