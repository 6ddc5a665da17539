"""`injection_findings`: the highest score over the texts that the rule scans."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE, SCORING
from ..detect import (
    INJECTION_FAMILIES,
    INJECTION_LANGUAGES,
    LEARNED_FAMILY,
    NO_INJECTION,
    InjectionFilter,
    InjectionJudge,
    Turn,
    combine_weights,
    locate_signals,
    score_conversation,
    score_injection,
    severity_of_score,
)
from .classifier_scores import ClassifierNeed, SkippedScores, read_score
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .pattern_plan import PatternPlan

# White space as ECMAScript has it, and RE2's own special characters.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(f"[{_SPACE}]+")
_EDGES = re.compile(f"^[{_SPACE}]+|[{_SPACE}]+$")
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|]")


_LEARNED = INJECTION_FAMILIES.index(LEARNED_FAMILY)


def prepare_injection_findings(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the catalogue's patterns and the rule's own."""
    _refuse_unknown_languages(rule["languages"], context)
    policy_id = context.policy["id"]
    # A classifier takes the place of the learned model.
    written = InjectionFilter(rule["languages"], rule["structural"], rule["learned"])
    wanted = written if rule["classifier"] == "" else InjectionFilter(rule["languages"], rule["structural"], False)
    context.patterns.use_injection(wanted)
    own = frozenset(
        _add_pattern(pattern, f"own.{policy_id}.{index}", context.patterns.add_own)
        for index, pattern in enumerate(rule["patterns"])
        if isinstance(pattern, str)
    )
    shifted = SCORING["severityScores"][rule["min_severity"]] + SCORING["sensitivityOffsets"][rule["sensitivity"]]
    # Kept within the scores that a text can have, so that no choice of fields disarms the policy.
    threshold = min(100, max(1, shifted))
    roles = frozenset(
        [
            *(("input", "tool_arg") if rule["scan_input"] else ()),
            *(("history",) if rule["scan_history"] else ()),
            *(("tool_result",) if rule["scan_tool_results"] else ()),
            *(("output",) if rule["scan_output"] else ()),
        ]
    )
    clean = {"score": 0, "threshold": threshold, "severity": "low", "path": "", "signals": "", "evidence": ()}
    clean["skipped"] = ""
    need = (
        None
        if rule["classifier"] == ""
        else ClassifierNeed(
            rule["classifier"],
            True,
            rule["classifier_label"],
            lambda view: [text.value for text in view.texts if text.role in roles],
        )
    )

    def run(evaluation: Evaluation) -> dict[str, Any]:
        if need is None:
            return scan_texts(evaluation, 0, wanted)
        try:
            said = read_score(evaluation.view, policy_id, need)
        except OperatorFailure:
            # What phrases show stands without any score.
            found = scan_texts(evaluation, 0, wanted)
            if found["score"] < threshold:
                raise
            return found
        if isinstance(said, SkippedScores):
            return {**scan_texts(evaluation, 0, written), "skipped": said.skipped}
        return scan_texts(evaluation, said, wanted)

    last_judge: InjectionJudge | None = None

    def judge_with(patterns: PatternPlan, wanted: InjectionFilter) -> InjectionJudge:
        """What a plan's texts are judged with, made once."""
        nonlocal last_judge
        known, injection = last_judge, patterns.injection
        if known is not None and known.signals is injection and known.wanted is wanted:
            return known

        def accepts(pattern: int) -> bool:
            signal = injection[pattern]
            return signal is None or signal.language != "own" or pattern in own

        judge = last_judge = InjectionJudge(patterns.set, injection, wanted, accepts)
        return judge

    def scan_texts(evaluation: Evaluation, said: float, wanted: InjectionFilter) -> dict[str, Any]:
        judge = judge_with(evaluation.plan.patterns, wanted)
        best, families, path = 0, NO_INJECTION.families, ""
        evidence: list[Evidence] = []
        locate_best: Callable[[], Sequence[Evidence]] = tuple
        turns: list[Turn] = []
        scans = evaluation.scans()
        for scan in scans:
            if scan.text.role not in roles:
                continue
            score = score_injection(scan, judge)
            if score is NO_INJECTION and said <= 0 and len(scans) == 1:
                return clean
            if scan.text.role in {"input", "history"}:
                turns.append(Turn(scan, score))
            if score.score >= threshold:
                evidence += locate_signals(scan, score, judge)
            if score.score > best:
                best, families, path = score.score, score.families, scan.text.path
                if said > 0:
                    locate_best = functools.partial(locate_signals, scan, score, judge)
        if len(turns) > 1:
            joint = score_conversation(turns, judge)
            if joint.score > best:
                best, families, path = joint.score, joint.families, joint.path
                if best >= threshold:
                    evidence += joint.evidence
                locate_best = functools.partial(tuple, joint.evidence)
        weight = _weigh_score(said) if said > 0 else 0
        if weight > 0:
            families = {**families, _LEARNED: max(weight, families.get(_LEARNED, 0))}
            score_of_all = combine_weights(families)
            if best < threshold <= score_of_all:
                evidence += locate_best()
            best = score_of_all
            path = path or next((text.path for text in evaluation.view.texts if text.role in roles), "")
        if best < threshold:
            return clean if best == 0 else {**clean, "score": best}
        return {
            "score": best,
            "threshold": threshold,
            "severity": severity_of_score(best),
            "path": path,
            "signals": ", ".join(INJECTION_FAMILIES[family] for family in sorted(families)),
            "skipped": "",
            "evidence": tuple(evidence[:MAX_EVIDENCE]),
        }

    def listens(pattern: int, patterns: PatternPlan) -> bool:
        signal = patterns.injection[pattern]
        return signal is not None and wanted.listens(signal.language) and (signal.language != "own" or pattern in own)

    reads = () if need is None else ("classifierResults",)
    return PreparedOperator(run, reads=reads, passing=clean, listens=listens, classifies=need)


def _weigh_score(score: float) -> int:
    """What a score from 0 to 1 weighs as evidence: as much as the learned model's of as many hundredths."""
    hundredths = math.floor(100 * score + 0.5)
    return next((row["weight"] for row in SCORING["learnedWeights"] if hundredths >= row["score"]), 0)


def _refuse_unknown_languages(languages: list[str], context: PrepareContext) -> None:
    """A misspelt language would quietly listen to nothing."""
    for index, language in enumerate(languages):
        if language not in INJECTION_LANGUAGES:
            pointer = f"{context.pointer}/ruleDefinition/languages/{index}"
            context.problems.add_unknown(pointer, "language", language, INJECTION_LANGUAGES)


def _add_pattern(pattern: str, pattern_id: str, add: Callable[[str, str, str], int]) -> int:
    """`re:` begins an RE2 pattern; anything else is a phrase: any case, any white space between its words."""
    if pattern.startswith("re:"):
        return add(pattern_id, pattern[3:], "")
    words = _SPACES.split(_EDGES.sub("", pattern))
    return add(pattern_id, r"\s+".join(_SPECIAL.sub(r"\\\g<0>", word) for word in words), "i")
