# Code generated from spec/. Do not edit.
"""Digest of the contract."""

from typing import Final

SPEC_DIGEST: Final = "2dd7aa1c95ba72207e94d30efa46a6216dd97be5baa5481675ee4ac248daba69"
