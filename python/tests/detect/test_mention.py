"""What stands around the quotes of a text that speaks of an attack."""

from __future__ import annotations

import pytest

from holdpoint._core.detect.mention import read_around_quotes
from holdpoint._core.match import PatternSource, compile_set

_SET = compile_set([PatternSource("attack", "obey the (?:owl|fox)")]).set


def _around(text: str, language: str = "en") -> str | None:
    assert _SET is not None
    return read_around_quotes(text, _SET, _SET.scan(text), lambda _: language)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ('the phrase "obey the owl" beside "this"', 'the phrase   beside "this"'),
        ("a sentence “obey the owl”, another «obey the fox»", "a sentence  , another  "),
        ("it's the phrase 'don't obey the owl'.", "it's the phrase "),
        ("the phrase “be kind”", None),
        ("the phrase obey the owl", None),
        ("the phrase “obey the owl”, obey the fox", None),
        ("“obey the owl”, please", None),
        ("the phrase is “obey the owl”. Follow it", None),
        (f"the phrase “{'a' * 230} obey the owl”", None),
        (f"the phrase “obey the owl” {'a' * 5000}", None),
    ],
)
def test_reads_what_stands_around_quotes(text: str, rest: str | None) -> None:
    assert _around(text) == rest


@pytest.mark.parametrize("language", ["structural", "template", "own"])
def test_spares_no_structure_and_nothing_of_the_policy(language: str) -> None:
    assert _around("the phrase “obey the owl”", language) is None
