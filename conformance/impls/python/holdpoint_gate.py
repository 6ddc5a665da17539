"""The Python implementation, behind the gate: one JSON line in, one JSON line out."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

try:
    import holdpoint  # noqa: F401
except ModuleNotFoundError:
    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "python" / "src"))

from holdpoint._core import (
    SPEC_DIGEST,
    Agent,
    CompileContext,
    CompileProblem,
    CompileResult,
    Counter,
    Pause,
    canonical_json,
    charges_for,
    compile_policies,
    evaluate,
    from_wire,
    read_policy_document,
    resolve_governance,
    to_wire,
)

Frame = dict[str, Any]
Answer = dict[str, Any]


class _Usage:
    """Counters of a frame; those it does not name read 0, a null amount cannot be read."""

    def __init__(self, rows: list[Frame]) -> None:
        self._rows = {
            (
                row["metric"],
                row["scope"],
                row["scopeId"],
                row["window"],
                row["start"],
            ): row["amount"]
            for row in rows
        }

    def read(self, counter: Counter) -> float:
        amount = self._rows.get(
            (
                counter.metric,
                counter.scope,
                counter.scope_id,
                counter.window,
                counter.start,
            ),
            0,
        )
        return math.nan if amount is None else float(amount)


@lru_cache(maxsize=64)
def _compile_text(policies: str, context: str) -> CompileResult:
    written = read_policy_document(json.loads(policies))
    if written.policies is None:
        return CompileResult(None, written.problems)
    given = json.loads(context)
    salt = given.get("saltHex")
    return compile_policies(
        [policy for policy, _ in written.policies],
        CompileContext(
            organization_id=given.get("organizationId") or "",
            agents=given.get("agents") or [],
            salt=bytes.fromhex(salt) if salt else None,
            pointers=[pointer for _, pointer in written.policies],
            settings=given.get("settings") or [],
            allow_unknown_agents=bool(given.get("allowUnknownAgents")),
        ),
    )


def _compile(frame: Frame) -> CompileResult:
    return _compile_text(json.dumps(frame.get("policies")), json.dumps(frame.get("context") or {}))


def _refuse(problems: tuple[CompileProblem, ...]) -> Answer:
    shown = ("pointer", "message", "suggestion", "line", "column")
    return {
        "ok": False,
        "problems": [
            {name: value for name in shown if (value := getattr(problem, name)) is not None} for problem in problems
        ],
    }


def _decide(frame: Frame) -> Answer:
    compiled = _compile(frame)
    if compiled.plan is None:
        return _refuse(compiled.problems)
    pauses = [from_wire(Pause, pause) for pause in frame.get("pauses") or []]
    usage = _Usage(frame.get("usage") or [])
    decision = evaluate(
        compiled.plan, frame.get("request"), usage, lambda: frame["nowMs"], pauses, explain=bool(frame.get("explain"))
    )
    return {"ok": True, "decision": to_wire(decision)}


def _charge(frame: Frame) -> Answer:
    compiled = _compile(frame)
    if compiled.plan is None:
        return _refuse(compiled.problems)
    charges = charges_for(compiled.plan, frame.get("request"), lambda: frame["nowMs"])
    return {
        "ok": True,
        "charges": [{"key": counter.key, "amount": amount} for counter, amount in charges],
    }


def _govern(frame: Frame) -> Answer:
    pauses = [from_wire(Pause, pause) for pause in frame.get("pauses") or []]
    agent = from_wire(Agent, frame["agent"])
    return {
        "ok": True,
        "governance": to_wire(resolve_governance(frame["settings"], agent, pauses, frame["nowMs"])),
    }


_OPERATIONS: dict[str, Callable[[Frame], Answer]] = {
    "decide": _decide,
    "charges": _charge,
    "governance": _govern,
    "canonical": lambda frame: {"ok": True, "text": canonical_json(frame.get("value"))},
    "hello": lambda _: {"ok": True, "language": "python", "specDigest": SPEC_DIGEST},
}


def answer(line: str) -> str:
    """The answer to one line of input."""
    frame: Frame = {}
    try:
        frame = json.loads(line)
        operation = _OPERATIONS.get(frame["op"])
        if operation is None:
            return canonical_json(
                {
                    "frame": frame.get("frame"),
                    "ok": False,
                    "error": f"no operation `{frame['op']}`",
                }
            )
        return canonical_json({"frame": frame.get("frame"), **operation(frame)})
    except Exception as error:  # noqa: BLE001 - one frame that cannot be answered must not end the others
        return canonical_json(
            {
                "frame": frame.get("frame"),
                "ok": False,
                "error": f"{type(error).__name__}: {error}",
            }
        )


def main() -> None:
    """Answers until the input ends."""
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(answer(line) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
