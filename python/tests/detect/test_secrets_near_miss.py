"""Near misses of each kind of secret, drawn from the catalogue."""

from __future__ import annotations

import random
import re
import string
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from holdpoint._core.detect.secret_values import find_value
from holdpoint._core.detect.secrets import SecretFinding, find_secrets, list_secret_patterns, list_secret_signals
from holdpoint._core.detect.text_scan import Text, scan_text
from holdpoint._core.match import compile_set
from holdpoint._gen.secrets import SECRET_KINDS

_COMPILED = compile_set(list_secret_patterns())
_SET: Any = _COMPILED.set
_SIGNALS = list_secret_signals()
_PATTERNS = [(kind, pattern["source"], pattern["id"]) for kind in SECRET_KINDS for pattern in kind["patterns"]]
_PLAIN = string.ascii_letters + string.digits
_LONG_RUN = re.compile(r"\]\{(\d+)(,\d*)?\}")
_FIXED_END = re.compile(r"\]\{(\d+)\}\\b$")


def _find(value: str) -> list[SecretFinding]:
    return find_secrets(scan_text(Text("input", "/input", value), _SET), _SET, _SIGNALS, lambda _: True, 3500)


def _draw_items(items: Any, chance: random.Random) -> str:
    return "".join(_draw_item(code, argument, chance) for code, argument in items)


def _draw_item(code: Any, argument: Any, chance: random.Random) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.NOT_LITERAL or code is codes.ANY:
        return chance.choice(_PLAIN)
    if code is codes.IN:
        allowed = [char for char in _PLAIN + string.punctuation + " " if _is_in(argument, char)]
        plain = [char for char in allowed if char in _PLAIN]
        return chance.choice(plain or allowed or ["\n"])
    if code is codes.BRANCH:
        return _draw_items(chance.choice(argument[1]), chance)
    if code is codes.SUBPATTERN:
        return _draw_items(argument[3], chance)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        least, most, items = argument
        times = chance.randint(least, min(most, least + 8))
        return "".join(_draw_items(items, chance) for _ in range(times))
    return ""


def _is_in(items: Any, char: str) -> bool:
    negated = items[0][0] is codes.NEGATE
    held = any(_holds(code, argument, char) for code, argument in items)
    return held != negated


def _holds(code: Any, argument: Any, char: str) -> bool:
    if code is codes.LITERAL:
        return ord(char) == int(argument)
    if code is codes.RANGE:
        return bool(argument[0] <= ord(char) <= argument[1])
    if code is codes.CATEGORY:
        tests = {
            codes.CATEGORY_DIGIT: char.isdigit(),
            codes.CATEGORY_SPACE: char.isspace(),
            codes.CATEGORY_NOT_SPACE: not char.isspace(),
            codes.CATEGORY_WORD: char.isalnum() or char == "_",
        }
        return tests[argument]
    return False


def _draw(kind: Any, source: str, chance: random.Random) -> str:
    drawn = _draw_items(parser.parse(source), chance)
    return kind["begins"] + drawn.lstrip("A") if kind["begins"] else drawn


def _shorten(source: str) -> str:
    return _LONG_RUN.sub(lambda run: f"]{{{int(run[1]) // 4}}}" if int(run[1]) >= 8 else run[0], source)


def _chance(name: str) -> random.Random:
    return random.Random(name)  # noqa: S311  (the same draws for the same pattern)


_SHORT = [row for row in _PATTERNS if any(int(run[1]) >= 8 for run in _LONG_RUN.finditer(row[1]))]
_FIXED = [row for row in _PATTERNS if _FIXED_END.search(row[1])]


def test_near_misses_are_drawn_for_most_kinds() -> None:
    assert len({kind["kind"] for kind, _, _ in _SHORT}) > 120
    assert len(_FIXED) > 60


@pytest.mark.parametrize(("kind", "source", "name"), _SHORT, ids=[name for _, _, name in _SHORT])
def test_what_is_shorter_than_the_form_is_not_found(kind: Any, source: str, name: str) -> None:
    chance = _chance(name)
    for _ in range(3):
        text = f"note {_draw(kind, _shorten(source), chance)} end"
        # A form may have another reading in which the text is long enough, or be another pattern's.
        hits = [*_SET.scan(text), *scan_text(Text("input", "/input", text), _SET).hits]
        if not any(_SIGNALS[hit] is kind for hit in hits):
            assert kind["kind"] not in [one.kind for one in _find(text)]


@pytest.mark.parametrize(("kind", "source", "name"), _FIXED, ids=[name for _, _, name in _FIXED])
def test_what_is_longer_than_the_form_is_not_found_by_it(kind: Any, source: str, name: str) -> None:
    longer = _FIXED_END.sub(lambda run: f"]{{{int(run[1]) + 1}}}\\b", source)
    index = _SET.ids.index(name)
    assert list(_SET.spans(f"note {_draw(kind, longer, _chance(name))} end", index)) == []


@pytest.mark.parametrize(("kind", "source", "name"), _PATTERNS, ids=[name for _, _, name in _PATTERNS])
def test_a_placeholder_in_its_place_is_not_found(kind: Any, source: str, name: str) -> None:
    text = f"note {_draw(kind, source, _chance(name))} end"
    spans = list(_SET.spans(text, _SET.ids.index(name)))
    value = find_value(text[spans[0].start : spans[0].end], kind["value"]) if spans else None
    if value is None:
        return
    start, end = spans[0].start + value[0], spans[0].start + value[1]
    for word in ("your-key-here", "<password>", "xxxxxxxxxxxx", "$" + "{SECRET}"):
        found = _find(text[:start] + word + text[end:])
        assert [one for one in found if one.start < start + len(word) and one.end > start] == []
