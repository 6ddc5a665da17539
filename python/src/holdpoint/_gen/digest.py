# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "88ba7d5d6a1e32adc1a3be31578c34357d9b30a1504535c2dc7804b6ee4a0e55"
