# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "d1d028cab27f986e4d6c842cf3717f8cad9c1bf27005b8d76a684151e4b6278f"
