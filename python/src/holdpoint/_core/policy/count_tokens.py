"""`token_count`: tokens of this step in each direction."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from .operator import Evaluation, PrepareContext, PreparedOperator
from .request import RequestView


def count_tokens(view: RequestView) -> tuple[int, int]:
    """Tokens for the model and from it.

    Those that the request states, rounded up; where it states none, an estimate of one for every four ASCII
    characters, rounded up over all texts together, and one for every other code point.
    """
    if view.phase == "output":
        return 0, math.ceil(view.extras.output_tokens) or _estimate(view, ("output",))
    if view.phase != "input":
        return 0, 0
    return math.ceil(view.tokens) or _estimate(view, ("input", "history")), 0


def _estimate(view: RequestView, roles: Collection[str]) -> int:
    ascii_chars = others = 0
    for text in view.texts:
        if text.role not in roles:
            continue
        value = text.value
        count = len(value) if value.isascii() else sum(char < "\x80" for char in value)
        ascii_chars += count
        others += len(value) - count
    return math.ceil(ascii_chars / 4) + others


def prepare_token_count(_rule: dict[str, Any], _context: PrepareContext) -> PreparedOperator:
    """Nothing to ready."""

    def run(evaluation: Evaluation) -> dict[str, Any]:
        sent, given = count_tokens(evaluation.view)
        return {"input": sent, "output": given, "total": sent + given, "evidence": ()}

    return PreparedOperator(run)
