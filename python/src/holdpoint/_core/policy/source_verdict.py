"""`source_verdict`: where data comes from, by normalised URI, and how it is classified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._gen.tables import DATA_CLASSIFICATION_RANK, MAX_NAME_CHARS
from ..decide import first_units
from .globs import GlobTest, prepare_globs
from .normalise_uri import normalise_uri
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator

_PASSING: dict[str, Any] = {
    "decision": "",
    "source": "",
    "too_sensitive": False,
    "classification": "",
    "most": "",
    "evidence": (),
}

# Stands for `?` while a glob is normalised, where it would begin a query.
_ANY_ONE = "\U000f0000"


def prepare_source_verdict(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the lists."""
    is_denied = _read_globs(rule["denied_sources"], "denied_sources", context)
    allowed = rule.get("allowed_sources")
    is_allowed = None if allowed is None else _read_globs(allowed, "allowed_sources", context)
    most: str | None = rule.get("max_classification")

    def judge(source: str) -> str:
        if source != "" and is_denied(source):
            return "denied"
        if is_allowed is None or (source == "" and not rule["require_source"]):
            return ""
        return "" if source != "" and is_allowed(source) else "not_allowed"

    def run(evaluation: Evaluation) -> dict[str, Any]:
        extras = evaluation.view.extras
        source = normalise_uri(extras.data_source)
        if source is None:
            raise OperatorFailure("REQUEST_INVALID", "`/dataSource` can be read in more than one way")
        classification = extras.data_classification or rule["unstated_classification"]
        rank = DATA_CLASSIFICATION_RANK
        too_sensitive = most is not None and rank[classification] > rank[most]
        decision = judge(source)
        if decision == "" and not too_sensitive:
            return _PASSING
        return {
            "decision": decision,
            "source": first_units(source, MAX_NAME_CHARS),
            "too_sensitive": too_sensitive,
            "classification": classification,
            "most": most or "",
            "evidence": (),
        }

    return PreparedOperator(run, passing=_PASSING)


def normalise_glob(written: str) -> str | None:
    """A glob over normalised URIs, normalised as what it is compared with is; None for one that cannot be."""
    if "\\" in written:
        return None
    normal = normalise_uri(written.replace("?", _ANY_ONE))
    return None if normal is None else normal.replace(_ANY_ONE, "?")


def _read_globs(globs: Sequence[Any], field: str, context: PrepareContext) -> GlobTest:
    normal = []
    for index, written in enumerate(globs):
        if not isinstance(written, str):
            continue
        found = normalise_glob(written)
        if found is None:
            context.problems.add(
                f"{context.pointer}/ruleDefinition/{field}/{index}",
                "a source is written without dot segments, backslashes, encoded slashes and control characters",
            )
        else:
            normal.append(found)
    return prepare_globs(normal)
