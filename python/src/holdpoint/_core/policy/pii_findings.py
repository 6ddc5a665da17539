"""`pii_findings`: personal data in all texts, and the texts handed back without it where the rule masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE
from ..decide import hmac_sha256_hex
from ..detect import (
    PII_CATEGORY_NAMES,
    PiiFinding,
    TextScan,
    TokenVault,
    find_pii,
    find_pii_in_readings,
    holds_foreign_token,
    holds_no_pii,
    rewrite_value,
    to_original_span,
)
from .operator import Evaluation, PrepareContext, PreparedOperator
from .pii_recognizers import prepare_recognizers
from .problems import point_to

_NOTHING: dict[str, Any] = {"count": 0, "categories": "", "forged": 0, "evidence": ()}
_INWARD = frozenset({"input", "history", "tool_arg"})
# Texts that the model did not write: a token among them that the vault does not know was put there by someone else.
_FROM_OUTSIDE = frozenset({"input", "history", "tool_result"})


def prepare_pii_findings(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the catalogue's patterns of personal data."""
    context.patterns.use_pii()
    denied = frozenset(rule["denied_pii_types"] or PII_CATEGORY_NAMES) - frozenset(rule["allowed_pii_types"])
    # A rule that names no category asks for none in particular.
    is_asked = bool(rule["denied_pii_types"])
    strategy, log_access, min_confidence = rule["strategy"], rule["log_access"], rule["min_confidence"]
    place = point_to(point_to(context.pointer, "ruleDefinition"), "recognizers")
    own = prepare_recognizers(rule["recognizers"], place, context.problems)
    names = (*PII_CATEGORY_NAMES, *(one.get("name", "") for one in rule["recognizers"]))
    mask_input, mask_output = rule["mask_input"], rule["mask_output"]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        patterns = evaluation.plan.patterns
        hash_value: Callable[[str], str] | None = None
        categories: set[str] = set()
        evidence: list[Evidence] = []
        vault = evaluation.vault
        count = 0
        forged = 0

        def find(scan: TextScan) -> Sequence[PiiFinding]:
            return find_pii(
                scan, patterns.set, patterns.pii, denied.__contains__, min_confidence, own, is_asked=is_asked
            )

        for whole in evaluation.scans():
            if own is None and strategy != "tokenize" and holds_no_pii(whole, min_confidence):
                continue
            masked = mask_input if whole.text.role in _INWARD else mask_output
            if strategy == "tokenize" and masked and whole.text.role in _FROM_OUTSIDE:
                forged += holds_foreign_token(whole.text.value, vault)
            for scan, found in find_pii_in_readings(whole, find):
                if count == 0:
                    hash_value = _create_hasher(evaluation.plan.salt)
                count += 1
                name = found.category["category"]
                categories.add(name)
                value = scan.normalised.text[found.start : found.end]
                if log_access and len(evidence) < MAX_EVIDENCE:
                    start, end = to_original_span(scan, found.start, found.end)
                    value_hash = None if hash_value is None else hash_value(value)
                    evidence.append(Evidence(scan.text.path, start, end, name, found.confidence, value_hash))
                if masked:
                    row = found.category
                    tokenize = None if vault is None else _create_tokenizer(vault, scan, found)
                    written = rewrite_value(value, strategy, row["label"], row["keepLast"], hash_value, tokenize)
                    evaluation.transforms.add(scan, found.start, found.end, written)
        if count == 0 and forged == 0:
            return _NOTHING
        named = ", ".join(name for name in names if name in categories)
        return {"count": count, "categories": named, "forged": forged, "evidence": tuple(evidence)}

    return PreparedOperator(run, passing=_NOTHING)


def _create_tokenizer(vault: TokenVault, scan: TextScan, found: PiiFinding) -> Callable[[str], str]:
    """The vault gives back what the user wrote, not its normalised form."""
    start, end = scan.normalised.to_original_span(found.start, found.end)
    return lambda label: vault.add(label, scan.text.value[start:end])


def _create_hasher(salt: bytes | None) -> Callable[[str], str] | None:
    return (lambda value: hmac_sha256_hex(salt, value)) if salt else None
