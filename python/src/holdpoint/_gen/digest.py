# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "4306718dbe843c9a7630868777b2f9d56c81cf26e6600982436767acc1648e97"
