"""The texts of a decided request, as the policies want them seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core import Decision, canonical_json
from ..transport.copy_json import NotJsonError, copy_json
from .secret_mask import create_secret_mask
from .traced_text import cut_text, read_name

_UNSCANNED = frozenset({"REQUEST_INVALID", "REQUEST_TOO_LARGE", "INTERNAL"})


def describe_content(request: Any, decision: Decision) -> dict[str, str]:
    """`input`, `output` and `tool` of one step, with every transform in place and without credentials that were found.

    Where a policy could not look (a malformed or too large request, a defect) the texts are left out, for it might have
    masked them. Never raises.
    """
    try:
        outputs = request.get("toolOutputs")
        last = len(outputs) - 1 if isinstance(outputs, (list, tuple)) else -1
        called = (outputs[last] if last >= 0 else None) if decision.phase == "tool_result" else request.get("tool")
        called = called if isinstance(called, dict) else {}
        name = read_name(called.get("name"))
        content = {} if name is None else {"tool": name}
        if not was_scanned(decision):
            return content
        if decision.phase == "tool_call":
            content |= _text_member("input", called.get("args"), "/tool/args", decision)
        elif decision.phase == "tool_result":
            content |= _text_member("output", called.get("output"), f"/toolOutputs/{last}/output", decision)
        else:
            content |= _text_member("input", request.get("input"), "/input", decision)
            content |= _text_member("output", request.get("output"), "/output", decision)
    except Exception:  # noqa: BLE001 - a hostile mapping
        return {}
    return content


def was_scanned(decision: Decision) -> bool:
    """True when every applicable policy could read every text of the request."""
    return (
        decision.verdict != "paused"
        and not decision.problems
        and not any(outcome.status == "error" and outcome.reason in _UNSCANNED for outcome in decision.outcomes)
    )


def create_rewrite(decision: Decision) -> Callable[[str, str], str] | None:
    """How a text at a pointer is recorded; None where no text of the decision is known to be fit for it."""
    by_path = {transform.path: transform.text for transform in decision.transforms}
    secrets = create_secret_mask(decision)
    if secrets is None:
        return lambda text, at: by_path.get(at, text)
    if not secrets.is_whole:
        return None
    return lambda text, at: secrets.write(at, text, by_path.get(at, text))


def _text_member(name: str, value: Any, pointer: str, decision: Decision) -> dict[str, str]:
    """One value as a text, transforms in place; a structure is written as JSON."""
    if value is None or value == "":
        return {}
    if type(value) is str and not decision.transforms and not decision.violations:
        return {name: cut_text(value)}
    rewrite = create_rewrite(decision)
    if rewrite is None:
        return {}
    try:
        copied = copy_json(value, exact=False, pointer=pointer, text=rewrite)
    except NotJsonError:
        return {}
    return {name: cut_text(copied if isinstance(copied, str) else canonical_json(copied))}
