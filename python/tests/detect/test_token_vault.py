"""Tokens and their vault, by the shared vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core import TokenVault, create_restorer, create_token_vault, restore_tokens
from holdpoint._core.detect import holds_foreign_token

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "conformance/vectors/tokens/tokens.json").read_text(encoding="utf-8")
)
SECRET = bytes.fromhex(VECTORS["secretHex"])


def new_vault(sealed: Any = None, secret: bytes = SECRET) -> TokenVault:
    vault = create_token_vault(secret, sealed)
    assert vault is not None
    return vault


def filled() -> TokenVault:
    vault = new_vault()
    for label, value in VECTORS["values"]:
        vault.add(label, value)
    return vault


def test_a_vault_gives_the_tokens_and_the_sealed_form_of_the_vectors() -> None:
    vault = new_vault()
    assert [vault.add(label, value) for label, value in VECTORS["values"]] == VECTORS["tokens"]
    assert vault.to_json() == VECTORS["sealed"]


def test_a_vault_opens_what_was_sealed_under_the_same_secret_and_nothing_under_another() -> None:
    again = new_vault(VECTORS["sealed"])
    other = new_vault(VECTORS["sealed"], bytes(byte ^ 1 for byte in SECRET))
    for (_, value), token in zip(VECTORS["values"], VECTORS["tokens"], strict=True):
        assert again.open(token) == value
        assert other.open(token) is None


def test_a_vault_does_not_open_a_value_that_was_changed() -> None:
    token = VECTORS["tokens"][0]
    changed = {"tokens": {token: "00" + VECTORS["sealed"]["tokens"][token][2:]}}
    assert new_vault(changed).open(token) is None
    assert new_vault({"tokens": {token: "no hex"}}).open(token) is None


def test_a_vault_shows_no_value() -> None:
    vault = filled()
    shown = json.dumps(vault.to_json()) + repr(vault)
    assert not any(value and value in shown for _, value in VECTORS["values"])


def test_a_secret_that_could_be_guessed_makes_no_vault() -> None:
    assert create_token_vault(bytes(15)) is None


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["id"])
def test_restoring_does_as_the_vector_says(case: dict[str, Any]) -> None:
    restorer = create_restorer(filled(), as_json=case.get("json", False))
    assert "".join(map(restorer.push, case["chunks"])) + restorer.end() == case["expect"]


@given(st.lists(st.sampled_from([*VECTORS["tokens"], "[[hp:", "[[", "]]", "[", "x"]), max_size=12), st.integers(1, 9))
def test_restoring_gives_the_same_wherever_a_text_is_cut(pieces: list[str], size: int) -> None:
    text = "".join(pieces)
    restorer = create_restorer(filled())
    cut = "".join(restorer.push(text[at : at + size]) for at in range(0, len(text), size)) + restorer.end()
    assert cut == restore_tokens(filled(), text)


def test_a_token_of_someone_else_is_told_from_its_own() -> None:
    own = f"mail {VECTORS['tokens'][0]}"
    assert not holds_foreign_token(own, filled())
    assert holds_foreign_token(own, None)
    assert holds_foreign_token("mail [[hp:EMAIL:0000000000000000]]", filled())
    assert not holds_foreign_token("mail [[other]]", filled())
