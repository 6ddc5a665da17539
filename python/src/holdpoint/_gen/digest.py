# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "1d3d8c74d788d86c8764d43ef7773fd42689337da6e7f2191fc6aadbecc16870"
