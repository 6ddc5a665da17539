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
    SessionEffect,
    SessionState,
    SessionStep,
    add_labels,
    append_step,
    canonical_json,
    charges_for,
    compile_policies,
    digest_value,
    effects_for,
    evaluate,
    from_wire,
    read_policy_document,
    resolve_governance,
    summarise_arguments,
    to_wire,
)

Frame = dict[str, Any]
Answer = dict[str, Any]


_STATED = ("metric", "scope", "scopeId", "window", "start")


class _Usage:
    """Counters of a frame; those it does not name read 0, a null amount cannot be read. Sessions too, unless null."""

    def __init__(self, frame: Frame) -> None:
        self._rows = {
            (
                *(row[name] for name in _STATED),
                row.get("kind", "calendar"),
                row.get("leak", 0),
            ): row["amount"]
            for row in frame.get("usage") or []
        }
        self._sessions = frame.get("sessions", [])

    def read(self, counter: Counter) -> float:
        _, *named, kind, leak = counter
        amount = self._rows.get((*named, kind, leak), 0)
        return math.nan if amount is None else float(amount)

    def session(self, session_id: str) -> SessionState | None:
        row = next(
            (one for one in self._sessions if one["sessionId"] == session_id), None
        )
        if row is None:
            return None
        if row.get("unreadable"):
            raise ValueError("the session cannot be read")
        state: SessionState | None = None
        for step in row.get("steps", []):
            state = append_step(state, _complete_step(step))
        state = state or SessionState(0)
        return SessionState(
            row.get("startedMs", state.started_ms),
            state.steps,
            add_labels(state.labels, row.get("labels", [])),
            row.get("truncated", state.truncated),
        )


def _complete_step(step: Frame) -> SessionStep:
    """A step as vectors write it: with its arguments and results, which are summarised here."""
    phase, args = step["phase"], step.get("args")
    called = (
        summarise_arguments({} if args is None else args)
        if phase == "tool_call"
        else None
    )
    return SessionStep(
        at_ms=step.get("atMs", 0),
        phase=phase,
        agent_id=step.get("agentId", ""),
        tool=step.get("tool", ""),
        target=step.get("target", ""),
        verdict=step.get("verdict", "allow"),
        passed=tuple(step.get("passed", ())),
        violated=tuple(step.get("violated", ())),
        labels=tuple(step.get("labels", ())),
        args_digest=called.digest
        if called
        else ""
        if args is None
        else digest_value(args),
        shingles=called.shingles if called else (),
        result_digest=digest_value(step.get("result"))
        if phase == "tool_result"
        else "",
    )


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
            grants=given.get("grants") or [],
            salt=bytes.fromhex(salt) if salt else None,
            pointers=[pointer for _, pointer in written.policies],
            settings=given.get("settings") or [],
            allow_unknown_agents=bool(given.get("allowUnknownAgents")),
        ),
    )


def _compile(frame: Frame) -> CompileResult:
    return _compile_text(
        json.dumps(frame.get("policies")), json.dumps(frame.get("context") or {})
    )


def _refuse(problems: tuple[CompileProblem, ...]) -> Answer:
    shown = ("pointer", "message", "suggestion", "line", "column")
    return {
        "ok": False,
        "problems": [
            {
                name: value
                for name in shown
                if (value := getattr(problem, name)) is not None
            }
            for problem in problems
        ],
    }


def _decide(frame: Frame) -> Answer:
    compiled = _compile(frame)
    if compiled.plan is None:
        return _refuse(compiled.problems)
    pauses = [from_wire(Pause, pause) for pause in frame.get("pauses") or []]
    decision = evaluate(
        compiled.plan,
        frame.get("request"),
        _Usage(frame),
        lambda: frame["nowMs"],
        pauses,
        explain=bool(frame.get("explain")),
    )
    if frame["op"] == "decide":
        return {"ok": True, "decision": to_wire(decision)}
    charges, session = effects_for(
        compiled.plan, frame.get("request"), decision, lambda: frame["nowMs"]
    )
    shown = [
        {
            "key": charge.counter.key,
            "amount": charge.amount,
            **({"strict": True} if charge.strict else {}),
        }
        for charge in charges
    ]
    return {
        "ok": True,
        "charges": shown,
        **({} if session is None else {"session": _show_effect(session)}),
    }


def _show_effect(effect: SessionEffect) -> Frame:
    step = effect.step
    return {
        "sessionId": effect.session_id,
        "parentSessionId": effect.parent_session_id,
        "step": {
            "atMs": step.at_ms,
            "phase": step.phase,
            "agentId": step.agent_id,
            "tool": step.tool,
            "target": step.target,
            "verdict": step.verdict,
            "passed": step.passed,
            "violated": step.violated,
            "labels": step.labels,
            "argsDigest": step.args_digest,
            "shingles": step.shingles,
            "resultDigest": step.result_digest,
        },
    }


def _charge(frame: Frame) -> Answer:
    compiled = _compile(frame)
    if compiled.plan is None:
        return _refuse(compiled.problems)
    charges = charges_for(compiled.plan, frame.get("request"), lambda: frame["nowMs"])
    return {
        "ok": True,
        "charges": [
            {"key": charge.counter.key, "amount": charge.amount} for charge in charges
        ],
    }


def _govern(frame: Frame) -> Answer:
    pauses = [from_wire(Pause, pause) for pause in frame.get("pauses") or []]
    agent = from_wire(Agent, frame["agent"])
    return {
        "ok": True,
        "governance": to_wire(
            resolve_governance(frame["settings"], agent, pauses, frame["nowMs"])
        ),
    }


_OPERATIONS: dict[str, Callable[[Frame], Answer]] = {
    "decide": _decide,
    "charges": _charge,
    "effects": _decide,
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
