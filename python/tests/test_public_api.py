"""The public names are those of the contract's table, in both languages."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import holdpoint
from holdpoint._gen import tables

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "spec" / "tables" / "public-api.json").read_text(encoding="utf-8")
)


def snake(name: str) -> str:
    if re.fullmatch(r"[A-Z][^.]*", name):
        return name
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: "_" + match[1].lower(), name)


def test_the_public_names_are_those_of_the_table() -> None:
    members = [f"Holdpoint.{name}" for name, _ in inspect.getmembers(holdpoint.Holdpoint) if not name.startswith("_")]
    assert sorted([*holdpoint.__all__, *members]) == sorted(TABLE["python"])
    assert all(hasattr(holdpoint, name) for name in holdpoint.__all__)


def test_they_are_the_same_in_typescript_but_for_differences_that_have_a_reason() -> None:
    typescript = {snake(name) for name in TABLE["typescript"]}
    assert [name for name in TABLE["python"] if name not in typescript and name not in TABLE["drift"]] == []


def test_every_difference_is_one() -> None:
    typescript, python = {snake(name) for name in TABLE["typescript"]}, set(TABLE["python"])
    assert [name for name in TABLE["drift"] if snake(name) in typescript & python] == []


def test_the_client_for_asyncio_has_every_verb() -> None:
    for name, member in inspect.getmembers(holdpoint.Holdpoint, inspect.isfunction):
        if not name.startswith("_"):
            assert callable(getattr(holdpoint.AsyncHoldpoint, name)), member


def test_the_options_say_what_holds_unless_they_are_given() -> None:
    said = re.findall(r"`(\w+)` \((\d+)\):", inspect.getdoc(holdpoint.Holdpoint.__init__) or "")
    assert len(said) == 10
    assert [(name, int(value)) for name, value in said] == [
        (name, getattr(tables, f"DEFAULT_{name.upper()}")) for name, _ in said
    ]


def test_the_help_of_the_client_speaks_of_every_option() -> None:
    help_text = inspect.getdoc(holdpoint.Holdpoint.__init__) or ""
    options = [name for name in inspect.signature(holdpoint.Holdpoint).parameters if name != "self"]
    assert [name for name in options if f"`{name}`" not in help_text] == []
