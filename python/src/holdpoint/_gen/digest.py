# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "c5b0490a675e5af3b6afa6b6073843ee893d870464012c4fc98804427f99c947"
