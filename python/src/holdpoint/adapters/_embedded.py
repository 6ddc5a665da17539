"""Texts that are about to be embedded."""

from __future__ import annotations

from collections.abc import Sequence

from .. import text_of
from ._long_history import in_lots, look_at_lot
from ._steps import Check, Steps


def check_texts(steps: Steps, texts: Sequence[str]) -> Check[list[str]]:
    """Phase `input`, as of older messages: recorded when they stop, and counted where an agent reads or says them."""
    older, last = in_lots(texts)
    shown: list[str] = []
    for lot in [*older, last]:
        history = [{"role": "user", "content": text} for text in lot]
        decision, request = look_at_lot(steps.client.sync, steps.who.fields(), history)
        if request is not None:
            decision = yield "enforce_policy", request
        shown += [text_of(decision, f"/conversationHistory/{at}/content", text) for at, text in enumerate(lot)]
    return shown
