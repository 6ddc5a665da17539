# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "fb5b901cd05bf69c94eb9ca364aa2afc86bac4c2976864abfa44551f92be3fb1"
