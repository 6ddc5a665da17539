"""`keyword_findings`: denied terms that occur in any text, required ones that do not in the phase's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE
from ..decide import first_units
from ..detect import TextScan, to_original_span
from ..expr import PatternRefused
from ..match import normalise_text
from .compile_pattern import compile_pattern
from .operator import Evaluation, PrepareContext, PreparedOperator

_NOTHING: dict[str, Any] = {"denied": "", "missing": "", "path": "", "evidence": ()}

# What letters, marks, digits and `_` are, in RE2's words; everything else parts words (SPECIFICATION P-5).
_WORD_CHAR = r"\p{L}\p{M}\p{N}_"

# White space as ECMAScript has it, and RE2's own special characters.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(f"[{_SPACE}]+")
_EDGES = re.compile(f"^[{_SPACE}]+|[{_SPACE}]+\\Z")
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|]")

# The role of the text that each phase is about.
_ROLES = {
    "input": "input",
    "agent_call": "input",
    "tool_call": "tool_arg",
    "tool_result": "tool_result",
    "output": "output",
}


@dataclass(frozen=True, slots=True)
class _Term:
    shown: str
    # Whether its pattern takes in the character before, and the one after.
    borders: tuple[bool, bool]
    pattern: int


def prepare_keyword_findings(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the terms as patterns of the plan."""
    terms = [
        term
        for index, written in enumerate(rule["terms"])
        if (term := _add_term(written, index, rule, context)) is not None
    ]
    by_pattern = {term.pattern: term for term in terms}

    def find_denied(evaluation: Evaluation) -> dict[str, Any]:
        evidence: list[Evidence] = []
        first: tuple[_Term, str] | None = None
        for scan in evaluation.scans():
            for hit in scan.hits:
                term = by_pattern.get(hit)
                if term is None:
                    continue
                first = first or (term, scan.text.path)
                _locate(scan, evaluation, term, evidence)
        if first is None:
            return _NOTHING
        return {"denied": first[0].shown, "missing": "", "path": first[1], "evidence": tuple(evidence)}

    def find_missing(evaluation: Evaluation) -> dict[str, Any]:
        role = _ROLES.get(evaluation.view.phase)
        found = {hit for scan in evaluation.scans() if scan.text.role == role for hit in scan.hits}
        for term in terms:
            if term.pattern not in found:
                return {"denied": "", "missing": term.shown, "path": "", "evidence": ()}
        return _NOTHING

    run = find_denied if rule["mode"] == "deny" else find_missing
    return PreparedOperator(run, passing=_NOTHING, listens=lambda pattern, _: pattern in by_pattern)


def _add_term(term: Any, index: int, rule: dict[str, Any], context: PrepareContext) -> _Term | None:
    """A term among the plan's patterns; one that RE2 refuses is a problem at its place."""
    if not isinstance(term, str):
        return None
    written = _write_pattern(term, rule["match"])
    at = f"{context.pointer}/ruleDefinition/terms/{index}"
    if written is None:
        context.problems.add(at, "nothing is left of this term once it is normalised")
        return None
    source, borders = written
    compiled = compile_pattern(source)
    if isinstance(compiled, PatternRefused):
        context.problems.add(at, f"pattern refused at position {compiled.position}: {compiled.message}")
        return None
    pattern_id = f"terms.{context.policy['id']}.{index}"
    pattern = context.patterns.add_own(pattern_id, source, "" if rule["case_sensitive"] else "i")
    return _Term(first_units(term, 64), borders, pattern)


def _write_pattern(term: str, match: str) -> tuple[str, tuple[bool, bool]] | None:
    """A term is normalised as texts are; any white space stands for any white space."""
    if match == "re2":
        return term, (False, False)
    normal = _EDGES.sub("", normalise_text(term, decode=False).text)
    if normal == "":
        return None
    body = r"\s+".join(_SPECIAL.sub(r"\\\g<0>", word) for word in _SPACES.split(normal))
    if match == "substring":
        return body, (False, False)
    borders = (_is_word_char(normal[0]), _is_word_char(normal[-1]))
    before = f"(?:^|[^{_WORD_CHAR}])" if borders[0] else ""
    after = f"(?:$|[^{_WORD_CHAR}])" if borders[1] else ""
    return before + body + after, borders


@cache
def _word_test() -> Callable[[str], bool]:
    compiled = compile_pattern(f"^[{_WORD_CHAR}]")
    if isinstance(compiled, PatternRefused):
        return lambda _: False
    return compiled


def _is_word_char(char: str) -> bool:
    """By the matcher's own tables, so that every language agrees."""
    return _word_test()(char)


def _locate(scan: TextScan, evaluation: Evaluation, term: _Term, evidence: list[Evidence]) -> None:
    text = scan.normalised.text
    for span in evaluation.plan.patterns.set.spans(text, term.pattern):
        if len(evidence) >= MAX_EVIDENCE:
            return
        # Characters before and after a term that its match took in are no part of it.
        head = 1 if term.borders[0] and not _is_word_char(text[span.start]) else 0
        tail = 1 if term.borders[1] and not _is_word_char(text[span.end - 1]) else 0
        place = to_original_span(scan, span.start + head, span.end - tail)
        evidence.append(Evidence(scan.text.path, *place, "keyword"))
