from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core.detect import list_injection_patterns, list_pii_patterns, list_secret_patterns
from holdpoint._core.match import PatternSet, PatternSource, compile_set
from holdpoint._core.match._first_pass import find_parts
from holdpoint._gen.first_pass import FOLD, PARTS

_ALL = [*list_injection_patterns(), *list_pii_patterns(), *list_secret_patterns()]
_SOME = random.Random(1).sample(_ALL, 96)  # noqa: S311 - the same choice every time


def _set_of(patterns: list[PatternSource]) -> PatternSet:
    compiled = compile_set(patterns)
    assert compiled.set is not None
    return compiled.set


_TOGETHER = _set_of(_SOME)
# Too few for a first pass.
_ALONE = [_set_of([pattern]) for pattern in _SOME]
_LITERALS = sorted(
    {
        text.strip("\0")
        for pattern in _SOME
        for part in find_parts(pattern.source, pattern.flags)
        for text in PARTS[part]
    }
)
_UNFOLDED = {to: [chr(code) for code, folded in FOLD.items() if folded == to] for to in set(FOLD.values())}


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """Pieces of literals as they may be written: other case, accents, other blanks and digits."""
    pieces = draw(
        st.lists(
            st.one_of(st.sampled_from(_LITERALS), st.sampled_from([" ", "", ".", "\n", "x", "é", "中", "\ud800"])),
            max_size=12,
        )
    )
    rng = draw(st.randoms(use_true_random=False))
    return "".join(
        rng.choice(_UNFOLDED[ord(char)]) if ord(char) in _UNFOLDED and rng.random() < 0.2 else char
        for char in "".join(pieces)
    )


def test_nearly_every_pattern_of_the_catalogue_has_literals_of_its_own() -> None:
    without = [pattern.id for pattern in _ALL if not find_parts(pattern.source, pattern.flags)]
    assert len(without) * 50 < len(_ALL), without


def test_a_pattern_that_the_catalogue_does_not_have_is_always_searched() -> None:
    assert find_parts("(?:ignore|forget) this", "i") == ()
    own = PatternSource("own", "mango.*kiwi", "i")
    assert len(_SOME) in _set_of([*_SOME, own]).scan("a MANGO and a kiwi")


@given(_texts())
def test_what_is_found_together_is_what_each_finds_alone(text: str) -> None:
    assert _TOGETHER.scan(text) == tuple(i for i, alone in enumerate(_ALONE) if alone.scan(text))
