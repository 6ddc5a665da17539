"""Receipts: every recorded decision is chained to those before it in its session."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from waiting import flush_all

from holdpoint import Holdpoint, PolicyBlockedError, Receipt, to_wire, verify_receipts
from holdpoint._core import canonical_json, hmac_sha256_hex, prepare_receipt, write_receipt

SPAN = 'span "1"'
SALT = b"salt of the organisation"
VECTORS = json.loads(
    (Path(__file__).resolve().parents[2] / "conformance" / "vectors" / "receipts" / "receipts.json").read_text("utf-8")
)


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"], "salt": base64.b64encode(SALT).decode()})
    return plane


@pytest.fixture
def hp(create: Create, plane: ControlPlane) -> Holdpoint:
    return create(policies=None, control_plane=plane.url, api_key="key", stream=False)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["title"])
def test_the_vectors(case: dict[str, Any]) -> None:
    report = verify_receipts(case["traces"])
    problems = [
        {
            name: value
            for name, value in (
                ("kind", one.kind),
                ("message", one.message),
                ("traceId", one.trace_id),
                ("spanId", one.span_id),
                ("decisionId", one.decision_id),
                ("chain", one.chain),
                ("step", one.step),
            )
            if value is not None
        }
        for one in report.problems
    ]
    found = {
        "traces": report.traces,
        "decisions": report.decisions,
        "chains": report.chains,
        "openChains": report.open_chains,
        "problems": problems,
    }
    assert found == case["report"]


def test_each_session_has_a_chain(hp: Holdpoint, plane: ControlPlane) -> None:
    for session_id in "ab":
        hp.enforce_policy(agent_id="bot", input="hello", session_id=session_id)
        with hp.start_trace(agent_id="bot", session_id=session_id) as trace:
            hp.enforce_policy(agent_id="bot", input="hello", trace=trace)
            with pytest.raises(PolicyBlockedError):
                hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"], trace=trace)
            hp.enforce_output(agent_id="bot", output="fine", session_id=session_id)
    hp.enforce_policy(agent_id="bot", input="hello")
    flush_all(hp)
    report = verify_receipts(plane.traces)
    assert (report.traces, report.decisions, report.chains, report.problems) == (7, 9, 3, ())


def test_threads_share_a_chain_without_a_gap(hp: Holdpoint, plane: ControlPlane) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: hp.enforce_policy(agent_id="bot", input="hello", session_id="s"), range(200)))
        with hp.start_trace(agent_id="bot", session_id="s") as trace:
            list(pool.map(lambda _: hp.enforce_policy(agent_id="bot", input="hello", trace=trace), range(200)))
    flush_all(hp)
    report = verify_receipts(plane.traces)
    assert report.decisions == 400
    assert report.chains == 1
    assert report.problems == ()


def test_an_approved_tool_call_hides_none_that_nothing_was_decided_about(create: Create, plane: ControlPlane) -> None:
    hp = create(policies=None, control_plane=plane.url, api_key="key", stream=False, on_approval=lambda _context: True)

    def run_twice(decided: str) -> None:
        with hp.start_trace(agent_id="bot") as trace:
            for to in "ab":
                span = trace.span("send_email", span_type="tool")
                if to in decided:
                    hp.enforce_tool_call(agent_id="bot", tool="send_email", args={"to": to}, trace=span)
                span.end()
        flush_all(hp)

    run_twice("ab")
    report = verify_receipts(plane.traces)
    assert (report.decisions, report.problems) == (4, ())
    run_twice("a")
    problems = verify_receipts(plane.traces).problems
    last = plane.traces[-1]
    assert [(one.kind, one.span_id) for one in problems] == [("ungoverned", last["spans"][1]["spanId"])]
    assert problems[0].message == "no decision about this tool call send_email"


def test_a_receipt_names_the_span_that_it_was_asked_for_or_else_the_trace(hp: Holdpoint, plane: ControlPlane) -> None:
    trace = hp.start_trace(agent_id="bot", session_id="s")
    far: Any = SimpleNamespace(trace_id="far", span_id="far span")
    with trace.span("search", span_type="tool") as span:
        for about in (span, trace, far, None):
            hp.enforce_tool_call(agent_id="bot", tool="search", trace=about)
    hp.enforce_policy(agent_id="bot", input="hello")
    far.span_id = "changed later"
    trace.end()
    flush_all(hp)
    named = {
        (one["receipt"]["spanId"], "in it" if sent["traceId"] == trace.trace_id else sent.get("parentTraceId"))
        for sent in plane.traces
        for one in sent["decisions"]
    }
    assert named == {(span.span_id, "in it"), (trace.trace_id, "in it"), ("far span", "far"), ("", None)}
    problems = verify_receipts(plane.traces).problems
    assert [(one.kind, one.span_id) for one in problems] == [("no_step", "far span")]
    # What is decided in a span is of its trace's session.
    assert len({one["receipt"]["chain"] for sent in plane.traces for one in sent["decisions"]}) == 2


def test_steps_that_have_not_ended_or_found_no_room_in_their_trace_are_not_lost(
    hp: Holdpoint, plane: ControlPlane
) -> None:
    trace = hp.start_trace(agent_id="bot")
    spans = [trace.span("search", span_type="tool") for _ in range(1002)]
    for index in (0, 1000):
        hp.enforce_tool_call(agent_id="bot", tool="search", trace=spans[index])
    for span in spans[500:]:
        span.end()
    trace.end()
    for span in spans:
        span.end()
    flush_all(hp)
    [run] = [one for one in plane.traces if one["traceId"] == trace.trace_id]
    statuses = [one["status"] for one in run["spans"]]
    assert (statuses.count("success"), statuses.count("effect_unconfirmed")) == (500, 500)
    alone = [one for one in plane.traces if one["spanType"] == "tool"]
    assert [(one["traceId"], one["parentTraceId"], one["status"]) for one in alone] == [
        (span.span_id, trace.trace_id, "success") for span in spans[1000:]
    ]
    missed = {one.span_id for one in verify_receipts(plane.traces).problems}
    assert missed == {span.span_id for span in spans} - {spans[0].span_id, spans[1000].span_id}


def test_the_step_is_hashed_under_the_salt_as_it_was_decided(hp: Holdpoint, plane: ControlPlane) -> None:
    args = {"query": "x"}
    hp.enforce_tool_call(agent_id="bot", tool="search", args=args, metadata={"not": "part of it"})
    args["query"] = "changed later"
    flush_all(hp)
    action = {"agentId": "bot", "phase": "tool_call", "tool": {"name": "search", "args": {"query": "x"}}}
    receipt = plane.traces[0]["decisions"][0]["receipt"]
    assert receipt["actionHash"] == hmac_sha256_hex(SALT, canonical_json(action))


def test_listeners_may_ask_without_a_control_plane(create: Create) -> None:
    hp = create()
    events: list[Any] = []
    hp.on("decision", events.append)
    for _ in range(3):
        hp.enforce_policy(agent_id="bot", input="hello")
    traces = [
        {
            "traceId": event.decision_id,
            "decisions": [
                {
                    "decisionId": event.decision_id,
                    "decidedAt": event.decided_at,
                    "decision": to_wire(event.decision),
                    "receipt": to_wire(event.receipt()),
                }
            ],
        }
        for event in events
    ]
    assert verify_receipts(traces).problems == ()
    assert isinstance(events[0].receipt(), Receipt)
    assert events[0].receipt() is events[0].receipt()


@pytest.mark.parametrize(
    "decision",
    [
        {"verdict": "allow", "allowed": True, "phase": "input", "agentId": "a", "planDigest": "d", "violations": []},
        {"verdict": "warn", "allowed": True, "phase": "output", "agentId": "Zoë \ud800\u2028", "violations": None},
        {
            "verdict": "block",
            "allowed": False,
            "phase": "tool_call",
            "agentId": 'a "b"\n',
            "planDigest": "d",
            "violations": [{"policyId": "p é", "enforcementMode": "block", "reason": "R", "message": "no"}, {}],
        },
        {"verdict": "block", "allowed": False},
    ],
)
def test_what_receipts_of_a_decision_have_in_common_is_written_once_with_the_same_result(decision: Any) -> None:
    record = {
        "decisionId": "id",
        "decidedAt": "2026-11-22T01:02:03.004Z",
        "durationUs": 1.5,
        "bundleVersion": 7,
        "decision": decision,
    }
    written = prepare_receipt(decision).write(record, "chain", 12, "action", "previous", json.dumps(SPAN))
    assert written == write_receipt(record, "chain", 12, "action", "previous", SPAN)
