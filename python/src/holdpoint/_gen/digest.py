# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "dc853325fa05fabf34477a66df0c3d6e614bf794e83da3034fd077bc18864cb0"
