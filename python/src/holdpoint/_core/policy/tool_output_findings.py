"""`tool_output_findings`: what the three detectors find in a tool's output, each with the defaults of its own type."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.policy_types import POLICY_TYPES
from ..._gen.tables import MAX_EVIDENCE, SEVERITY_RANK
from ..match import normalise_text
from .injection_findings import prepare_injection_findings
from .operator import Evaluation, PrepareContext, PreparedOperator
from .pii_findings import prepare_pii_findings
from .secret_findings import prepare_secret_findings

_NOTHING: dict[str, Any] = {"count": 0, "what": "", "severity": "low", "evidence": ()}
# Evidence names places in the original text.
_AS_WRITTEN = normalise_text("")


def prepare_tool_output_findings(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies those detectors that the rule asks for."""
    strip = rule["strip"]
    masks = {"mask_output": strip}
    pii = prepare_pii_findings(_defaults_of("pii_access", masks), context) if rule["pii"] else None
    injection = prepare_injection_findings(_defaults_of("injection_scan", {}), context) if rule["injection"] else None
    secrets = prepare_secret_findings(_defaults_of("secret_leak", masks), context) if rule["secrets"] else None
    parts = [part for part in (pii, injection, secrets) if part is not None]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        results = _only_tool_results(evaluation)
        what: list[str] = []
        evidence: list[Evidence] = []
        severity = "low"
        count = 0

        def add(name: str, found: int, level: str, places: Sequence[Evidence]) -> None:
            nonlocal count, severity
            if found == 0:
                return
            count += found
            what.append(name)
            evidence.extend(places)
            if SEVERITY_RANK[level] > SEVERITY_RANK[severity]:
                severity = level

        if pii is not None:
            found = pii.run(results)
            add(f"personal data ({found['categories']})", found["count"], "medium", found["evidence"])
        if injection is not None:
            found = injection.run(results)
            reached = found["score"] >= found["threshold"]
            name = f"planted instructions ({found['signals']})"
            add(name, 1 if reached else 0, found["severity"], found["evidence"])
            if reached and strip:
                _strip(results, found["evidence"])
        if secrets is not None:
            found = secrets.run(results)
            add(f"credentials ({found['kinds']})", found["count"], found["severity"], found["evidence"])
        if count == 0:
            return _NOTHING
        return {
            "count": count,
            "what": ", ".join(what),
            "severity": severity,
            "evidence": tuple(evidence[:MAX_EVIDENCE]),
        }

    def listens(pattern: int, plan: Any) -> bool:
        return any(part.listens is not None and part.listens(pattern, plan) for part in parts)

    reads = [read for part in parts for read in part.reads]
    return PreparedOperator(run, reads=reads, passing=_NOTHING, listens=listens)


def _defaults_of(kind: str, own: dict[str, Any]) -> dict[str, Any]:
    """A rule of another type as it is when nothing is written."""
    return {**{name: field.get("default") for name, field in POLICY_TYPES[kind].fields.items()}, **own}


def _only_tool_results(evaluation: Evaluation) -> Evaluation:
    """The same evaluation, in which only what tools returned is there to see."""
    scans = [scan for scan in evaluation.scans() if scan.text.role == "tool_result"]
    # Made now, so that both ask for the same texts to be handed back.
    _ = evaluation.transforms
    results = copy.copy(evaluation)
    results._scans = scans
    return results


def _strip(evaluation: Evaluation, evidence: Sequence[Evidence]) -> None:
    """Planted instructions are taken out by the places that the evidence names."""
    for scan in evaluation.scans():
        as_written = scan._replace(normalised=_AS_WRITTEN)
        for one in evidence:
            if one.path == scan.text.path:
                evaluation.transforms.add(as_written, one.start or 0, one.end or 0, "[INSTRUCTION]")
