"""A vault for the tokens of one request, with a secret of its own."""

from __future__ import annotations

import secrets

from ..._core import TokenVault, create_token_vault
from ..._gen.errors import EnforcementUnavailableError


def new_token_vault() -> TokenVault:
    """A vault whose secret is 32 random bytes of the machine."""
    vault = create_token_vault(secrets.token_bytes(32))
    if vault is None:
        raise EnforcementUnavailableError("the machine gave no random bytes for a token vault")
    return vault
