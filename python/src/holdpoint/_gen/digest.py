# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "f84242307eb63bbcd3cc71a80a7ab4b8120aa821a62daff26322f84aca203e80"
