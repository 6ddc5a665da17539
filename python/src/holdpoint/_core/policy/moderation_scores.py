"""`moderation_scores`: the categories whose score reaches its threshold, by the highest score of the texts."""

from __future__ import annotations

import math
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE, SCORING, SEVERITY_VALUES
from ..detect import ModerationScore, TextScan, score_moderation, to_original_span
from .classifier_scores import ClassifierNeed, SkippedScores, read_classifier
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator

_NOTHING: dict[str, Any] = {"count": 0, "categories": "", "severity": "low", "skipped": "", "evidence": ()}
_ROLES = frozenset({"input", "output"})


def prepare_moderation_scores(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the catalogue's phrases of moderation."""
    context.patterns.use_moderation()
    thresholds: dict[str, float] = rule["categories"]
    learned, use_given = rule["learned"], rule["use_classifications"]

    policy_id = context.policy["id"]
    need = (
        None
        if rule["classifier"] == ""
        else ClassifierNeed(
            rule["classifier"],
            True,
            "",
            lambda view: [text.value for text in view.texts if text.role in _ROLES],
            labels=tuple(thresholds),
        )
    )

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        brought = view.extras.classifications if use_given else {}
        if need is None:
            return judge(evaluation, brought)
        failed: OperatorFailure | None = None
        try:
            said = read_classifier(view, policy_id, need)
        except OperatorFailure as failure:
            failed = failure
        else:
            if isinstance(said, SkippedScores):
                return {**judge(evaluation, brought), "skipped": said.skipped}
            if not said or any(category in said for category in thresholds):
                return judge(evaluation, said)
        # What phrases and our own model show stands without any score.
        found = judge(evaluation, brought)
        if found["count"] > 0:
            return found
        if failed is not None:
            raise failed
        message = "the classifier gave none of the categories"
        if view.extras.classifier_results[policy_id].open:
            return {**found, "skipped": message}
        raise OperatorFailure("CLASSIFIER_UNAVAILABLE", message)

    def judge(evaluation: Evaluation, given: dict[str, float]) -> dict[str, Any]:
        plan = evaluation.plan.patterns
        best: dict[str, tuple[ModerationScore, TextScan | None]] = {}

        def take(score: ModerationScore, scan: TextScan | None) -> None:
            known = best.get(score.category)
            if score.score > (0 if known is None else known[0].score):
                best[score.category] = (score, scan)

        for scan in evaluation.scans():
            if scan.text.role not in _ROLES:
                continue
            for reading in (scan, scan.unescaped):
                if reading is None:
                    continue
                for score in score_moderation(reading, plan.moderation, use_learned=learned):
                    if score.category not in given:
                        take(score, reading)
        for category in thresholds:
            if category in given:
                take(ModerationScore(category, math.floor(100 * given[category] + 0.5), ()), None)
        reached: list[str] = []
        evidence: list[Evidence] = []
        highest = 0
        for category, threshold in thresholds.items():
            if category not in best:
                continue
            found, where = best[category]
            if found.score / 100 < threshold:
                continue
            reached.append(f"{category} ({_write_score(found.score)})")
            highest = max(highest, found.score)
            if where is None:
                continue
            for pattern in found.patterns:
                signal = plan.moderation[pattern]
                # What is found beyond what is shown need not be looked for.
                if signal is None or signal["category"] != category or len(evidence) >= MAX_EVIDENCE:
                    continue
                for span in plan.set.spans(where.normalised.text, pattern):
                    start, end = to_original_span(where, span.start, span.end)
                    evidence.append(Evidence(where.text.path, start, end, category, signal["weight"] / 100))
        if not reached:
            return _NOTHING
        return {
            "count": len(reached),
            "categories": ", ".join(reached),
            "severity": _severity_of(highest),
            "skipped": "",
            "evidence": tuple(evidence[:MAX_EVIDENCE]),
        }

    def listens(pattern: int, plan: Any) -> bool:
        return plan.moderation[pattern] is not None

    reads = () if need is None else ("classifierResults",)
    return PreparedOperator(run, reads=reads, passing=_NOTHING, listens=listens, classifies=need)


def _write_score(score: int) -> str:
    """Two digits after the point."""
    return "1.00" if score >= 100 else f"0.{score:02d}"


def _severity_of(score: int) -> str:
    severity = "low"
    for name in SEVERITY_VALUES:
        if score >= SCORING["severityScores"][name]:
            severity = name
    return severity
