"""A value with a decision's texts in place."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from holdpoint import Transform, apply_transforms


def changed(**texts: str) -> Any:
    return SimpleNamespace(transforms=tuple(Transform(path, text) for path, text in texts.items()))


def test_the_very_value_comes_back_when_no_policy_changed_it() -> None:
    args = {"to": "ann"}
    assert apply_transforms(changed(**{"/input": "x"}), "/tool/args", args) is args


def test_each_text_is_put_at_its_place_in_a_copy() -> None:
    args = {"to": ["ann", "bob"], "a/b": {"~": "card"}, "kept": 7}
    decision = changed(**{"/tool/args/to/1": "[NAME]", "/tool/args/a~1b/~0": "[CARD]"})
    assert apply_transforms(decision, "/tool/args", args) == {
        "to": ["ann", "[NAME]"],
        "a/b": {"~": "[CARD]"},
        "kept": 7,
    }
    assert args["to"] == ["ann", "bob"]


def test_the_whole_value_is_replaced_by_the_text_of_its_own_pointer() -> None:
    assert apply_transforms(changed(**{"/tool/result": "[CARD]"}), "/tool/result", "card") == "[CARD]"


def test_nothing_is_written_where_the_value_has_no_such_place() -> None:
    decision = changed(
        **{"/tool/args/none/at": "x", "/tool/args/to/7": "x", "/tool/args/to/²": "x", "/tool/argsand": "x"}
    )
    assert apply_transforms(decision, "/tool/args", {"to": ["ann"]}) == {"to": ["ann"]}


def test_members_whose_names_are_texts_are_found_by_their_places_and_get_the_names_that_a_policy_wrote() -> None:
    args = {"to": 1, "ana@example.com": {"bob@example.com": ("x",)}, "a b": "y"}
    decision = changed(
        **{
            "/tool/args/#1#": "[EMAIL]",
            "/tool/args/#1/#0#": "[EMAIL]",
            "/tool/args/#1/#0/0": "[NAME]",
            "/tool/args/#0": "z",
            "/tool/args/#7#": "nobody",
            "/tool/args/to#": "nobody",
        }
    )
    applied = apply_transforms(decision, "/tool/args", args)
    assert json.dumps(applied) == '{"to": 1, "[EMAIL]": {"[EMAIL]": ["[NAME]"]}, "a b": "z"}'
    assert list(args) == ["to", "ana@example.com", "a b"]


def test_no_member_is_lost_where_names_become_one() -> None:
    names = [f"a{index}@example.com" for index in range(3000)]
    args = {name: index for index, name in enumerate([*names, "[EMAIL]", "[EMAIL] (3)"])}
    places = {name: place for place, name in enumerate(sorted(args))}
    decision = changed(**{f"/tool/args/#{places[name]}#": "[EMAIL]" for name in names})
    applied = apply_transforms(decision, "/tool/args", args)
    assert len(applied) == 3002
    assert [applied[f"[EMAIL]{end}"] for end in ("", " (2)", " (3)", " (4)")] == [3000, 0, 3001, 1000]
    assert len(set(applied.values())) == 3002
