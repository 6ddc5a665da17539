"""A value with a decision's texts in place."""

from __future__ import annotations

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
