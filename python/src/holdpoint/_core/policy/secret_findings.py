"""`secret_findings`: credentials in the texts that the rule scans, and the texts handed back without them."""

from __future__ import annotations

import math
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE, SEVERITY_RANK
from ..decide import hmac_sha256_hex
from ..detect import SECRET_KIND_NAMES, find_secrets
from ..match import normalise_text
from .operator import Evaluation, PrepareContext, PreparedOperator

_NOTHING: dict[str, Any] = {"count": 0, "kinds": "", "severity": "low", "evidence": ()}
_INWARD = frozenset({"input", "history", "tool_arg"})
# Findings stand in the original text already.
_AS_WRITTEN = normalise_text("")


def prepare_secret_findings(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the catalogue's patterns of credentials."""
    context.patterns.use_secrets()
    kinds = frozenset(rule["kinds"] or SECRET_KIND_NAMES)
    scan_input, scan_output = rule["scan_input"], rule["scan_output"]
    mask_input, mask_output = rule["mask_input"], rule["mask_output"]
    min_entropy = math.floor(rule["min_entropy"] * 1000 + 0.5)

    def run(evaluation: Evaluation) -> dict[str, Any]:
        for scan in evaluation.scans():
            if scan.hits or scan.normalised.changed or scan.unescaped is not None:
                break
        else:
            return _NOTHING
        patterns, salt = evaluation.plan.patterns, evaluation.plan.salt
        found: set[str] = set()
        evidence: list[Evidence] = []
        severity = "low"
        count = 0
        for scan in evaluation.scans():
            is_inward = scan.text.role in _INWARD
            if not (scan_input if is_inward else scan_output):
                continue
            masked = mask_input if is_inward else mask_output
            for one in find_secrets(scan, patterns.set, patterns.secrets, kinds.__contains__, min_entropy):
                count += 1
                found.add(one.kind)
                if SEVERITY_RANK[one.severity] > SEVERITY_RANK[severity]:
                    severity = one.severity
                if len(evidence) < MAX_EVIDENCE:
                    value_hash = hmac_sha256_hex(salt, one.value) if salt else None
                    evidence.append(Evidence(scan.text.path, one.start, one.end, one.kind, one.confidence, value_hash))
                if masked:
                    as_written = scan._replace(normalised=_AS_WRITTEN)
                    evaluation.transforms.add(as_written, one.start, one.end, f"[{one.kind.upper()}]")
        if count == 0:
            return _NOTHING
        named = ", ".join(name for name in SECRET_KIND_NAMES if name in found)
        return {"count": count, "kinds": named, "severity": severity, "evidence": tuple(evidence)}

    def listens(pattern: int, plan: Any) -> bool:
        kind = plan.secrets[pattern] if pattern < len(plan.secrets) else None
        return kind is not None and kind["kind"] in kinds

    return PreparedOperator(run, passing=_NOTHING, listens=listens)
