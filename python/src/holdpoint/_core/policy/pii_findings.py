"""`pii_findings`: personal data in all texts, and the texts handed back without it where the rule masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE
from ..decide import hmac_sha256_hex
from ..detect import PII_CATEGORY_NAMES, find_pii, rewrite_value, to_original_span
from .operator import Evaluation, PrepareContext, PreparedOperator

_NOTHING: dict[str, Any] = {"count": 0, "categories": "", "evidence": ()}
_INWARD = frozenset({"input", "history", "tool_arg"})


def prepare_pii_findings(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the catalogue's patterns of personal data."""
    context.patterns.use_pii()
    denied = frozenset(rule["denied_pii_types"] or PII_CATEGORY_NAMES) - frozenset(rule["allowed_pii_types"])
    strategy, log_access, min_confidence = rule["strategy"], rule["log_access"], rule["min_confidence"]
    mask_input, mask_output = rule["mask_input"], rule["mask_output"]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        patterns = evaluation.plan.patterns
        hash_value = _create_hasher(evaluation.plan.salt)
        categories: set[str] = set()
        evidence: list[Evidence] = []
        count = 0
        for scan in evaluation.scans():
            text = scan.normalised.text
            masked = mask_input if scan.text.role in _INWARD else mask_output
            for found in find_pii(scan, patterns.set, patterns.pii, denied.__contains__, min_confidence):
                count += 1
                name = found.category["category"]
                categories.add(name)
                value = text[found.start : found.end]
                if log_access and len(evidence) < MAX_EVIDENCE:
                    start, end = to_original_span(scan, found.start, found.end)
                    value_hash = None if hash_value is None else hash_value(value)
                    evidence.append(Evidence(scan.text.path, start, end, name, found.confidence, value_hash))
                if masked:
                    row = found.category
                    written = rewrite_value(value, strategy, row["label"], row["keepLast"], hash_value)
                    evaluation.transforms.add(scan, found.start, found.end, written)
        if count == 0:
            return _NOTHING
        named = ", ".join(name for name in PII_CATEGORY_NAMES if name in categories)
        return {"count": count, "categories": named, "evidence": tuple(evidence)}

    return PreparedOperator(run, passing=_NOTHING)


def _create_hasher(salt: bytes | None) -> Callable[[str], str] | None:
    return (lambda value: hmac_sha256_hex(salt, value)) if salt else None
