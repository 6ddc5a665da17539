"""Texts with the vault's tokens replaced by their values; tokens that it does not know stay as they are."""

from __future__ import annotations

import json

from .token_vault import MAX_TOKEN_LENGTH, OPENER, TokenVault, can_become_token, read_token


def restore_tokens(vault: TokenVault, text: str, *, as_json: bool = False) -> str:
    """The text restored.

    With `as_json` it is JSON, or a part of it: values are written as the inside of a JSON string (RFC 8259 section 7).
    """
    restorer = Restorer(vault, as_json=as_json)
    return restorer.push(text) + restorer.end()


class Restorer:
    """Restores a text that comes in pieces.

    Together they are what `restore_tokens` makes of the whole, wherever it is cut (SPECIFICATION T-26).
    """

    def __init__(self, vault: TokenVault, *, as_json: bool = False) -> None:
        self._vault = vault
        self._as_json = as_json
        self._held = ""

    def push(self, chunk: str) -> str:
        """What can be given out now; the rest, at most one token's length, waits."""
        text = self._held + chunk
        self._held = ""
        out: list[str] = []
        done = 0
        at = text.find("[")
        while at >= 0:
            token = read_token(text, at)
            if token is not None:
                out += (text[done:at], self._write(token))
                at += len(token)
                done = at
            elif len(text) - at < MAX_TOKEN_LENGTH and can_become_token(text[at:]):
                self._held = text[at:]
                return "".join(out) + text[done:at]
            else:
                at += 1
            at = text.find("[", at)
        return "".join(out) + text[done:]

    def end(self) -> str:
        """What is left. The restorer then begins anew."""
        rest, self._held = self._held, ""
        return rest

    def _write(self, token: str) -> str:
        value = self._vault.open(token)
        if value is None:
            return token
        return json.dumps(value, ensure_ascii=False)[1:-1] if self._as_json else value


def create_restorer(vault: TokenVault, *, as_json: bool = False) -> Restorer:
    """A restorer of the vault's tokens."""
    return Restorer(vault, as_json=as_json)


def holds_foreign_token(text: str, vault: TokenVault | None) -> bool:
    """Whether a text holds the opener of a token that the vault does not know: someone else wrote it."""
    at = text.find(OPENER)
    while at >= 0:
        token = read_token(text, at)
        if token is None or vault is None or vault.open(token) is None:
            return True
        at = text.find(OPENER, at + 1)
    return False
