"""The texts of a trace as the plan's policies want them seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..._core import Clock, Counter, Decision, Plan, evaluate
from ..transport.copy_json import NotJsonError, copy_json
from .traced_content import create_rewrite, was_scanned


@dataclass(frozen=True, slots=True)
class TraceTexts:
    """What a trace holds that may carry somebody's text; `others` is anything else, as JSON."""

    input: str | None
    output: str | None
    others: dict[str, Any]


class _Nobody:
    def read(self, counter: Counter) -> float:
        return 0


def redact_trace(texts: TraceTexts, plan: Plan, identity: dict[str, str], clock: Clock) -> TraceTexts:
    """Decides the texts once more, for a trace can hold one that was never enforced, or enforced elsewhere.

    What no policy could read is left out. Never raises.
    """

    def decide(request: dict[str, Any]) -> Decision:
        return evaluate(plan, {**identity, **request}, _Nobody(), clock)

    def redact_text(field: str, text: str | None) -> str | None:
        if text is None:
            return None
        decision = decide({"phase": field, field: text})
        rewrite = create_rewrite(decision) if was_scanned(decision) else None
        return None if rewrite is None else rewrite(text, f"/{field}")

    def redact_value(value: Any, pointer: str, request: Callable[[Any], dict[str, Any]]) -> Any:
        decision = decide(request(value))
        rewrite = create_rewrite(decision) if was_scanned(decision) else None
        if rewrite is None:
            return {}
        if not decision.transforms and not decision.violations:
            return value
        try:
            return copy_json(value, exact=False, pointer=pointer, text=rewrite)
        except NotJsonError:
            return {}

    # Attributes may hold what went in or what came out: both kinds of policy get to see them.
    as_arguments = redact_value(
        texts.others, "/tool/args", lambda args: {"phase": "tool_call", "tool": {"name": "trace", "args": args}}
    )
    others = redact_value(
        as_arguments,
        "/toolOutputs/0/output",
        lambda output: {"phase": "tool_result", "toolOutputs": [{"name": "trace", "output": output}]},
    )
    return TraceTexts(redact_text("input", texts.input), redact_text("output", texts.output), others)
