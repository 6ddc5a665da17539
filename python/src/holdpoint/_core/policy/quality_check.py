"""`quality_check`: the caller's measures, and what can be told of an answer by looking at it (SPECIFICATION P-19)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from ..._gen.tables import QUALITY
from ..decide import first_units, sort_names, utf16_length
from ..match import PatternSet, PatternSource, compile_set, normalise_text
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator

_PASSING: dict[str, Any] = {
    "metric": "",
    "value": 0,
    "least": 0,
    "empty": False,
    "refusal": False,
    "repetition": 0,
    "repeated_pct": 0,
    "foreign": False,
    "evidence": (),
}

# White space as ECMAScript has it.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_BLANK = re.compile(f"[{_SPACE}]*")
_GAPS = re.compile("[ \t\n\v\f\r]+")


def prepare_quality_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the measures and the scripts."""
    metrics = rule["metrics"]
    names = sort_names(metrics)
    checks = frozenset(rule["checks"])
    languages = rule["languages"]
    if "language" in checks and not languages:
        context.problems.add(
            f"{context.pointer}/ruleDefinition/languages", "check `language` needs the languages to expect"
        )
    scripts = _compile_scripts([one for one in languages if isinstance(one, str)]) if languages else None

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        below: dict[str, Any] = {}
        for metric in names:
            value = view.extras.scores.get(metric)
            if value is None:
                shown = first_units(metric, 64)
                raise OperatorFailure("REQUEST_INVALID", f"`/scores` has no measure `{shown}`")
            if value < metrics[metric] and not below:
                below = {"metric": first_units(metric, 64), "value": value, "least": metrics[metric]}
        text = normalise_text(view.output, decode=False).text
        repetition = _measure_repetition(text) if "repetition" in checks else 0.0
        head = first_units(text, QUALITY["refusalChars"])
        empty = "empty" in checks and _BLANK.fullmatch(text) is not None
        refusal = "refusal" in checks and len(_refusals().scan(head)) > 0
        foreign = "language" in checks and scripts is not None and _is_foreign(text, scripts)
        if not (below or empty or refusal or foreign) and repetition <= rule["max_repetition"]:
            return _PASSING
        return {
            **_PASSING,
            **below,
            "empty": empty,
            "refusal": refusal,
            "repetition": repetition,
            "repeated_pct": math.floor(repetition * 100 + 0.5),
            "foreign": foreign,
        }

    return PreparedOperator(run, passing=_PASSING)


@cache
def _refusals() -> PatternSet:
    """Openings of refusals, compiled when a rule first asks for them."""
    sources = [PatternSource(str(index), source, "i") for index, source in enumerate(QUALITY["refusals"])]
    compiled = compile_set(sources)
    if compiled.set is None:
        raise ValueError("a pattern of the catalogue is refused")
    return compiled.set


def _measure_repetition(text: str) -> float:
    """The share of runs of parts that came before.

    Parts are words; where a text has hardly any white space, code points.
    """
    parts: Sequence[str] = [word for word in _GAPS.split(text) if word]
    length: int = QUALITY["repetitionWords"]
    if len(parts) * 20 < utf16_length(text):
        parts = _GAPS.sub("", text)
        length = QUALITY["repetitionPoints"]
    parts = parts[: QUALITY["maxRepetitionParts"]]
    runs = len(parts) - length + 1
    if runs < QUALITY["leastRuns"]:
        return 0.0
    seen = {tuple(parts[index : index + length]) for index in range(runs)}
    return (runs - len(seen)) / runs


@cache
def _compile_scripts_of(names: tuple[str, ...]) -> PatternSet | None:
    expected = "".join(rf"\p{{{name}}}" for name in names)
    return compile_set([PatternSource("letters", r"\p{L}+"), PatternSource("expected", f"[{expected}]+")]).set


def _compile_scripts(languages: Sequence[str]) -> PatternSet | None:
    names = dict.fromkeys(name for language in languages for name in QUALITY["scripts"].get(language, ()))
    return _compile_scripts_of(tuple(names))


def _is_foreign(text: str, scripts: PatternSet) -> bool:
    """Whether fewer than half of at least `leastLetters` letters belong to the scripts that are expected."""
    head = first_units(text, QUALITY["languageChars"])
    letters, expected = (sum(span.end - span.start for span in scripts.spans(head, index)) for index in (0, 1))
    return bool(letters >= QUALITY["leastLetters"] and expected * 2 < letters)
