"""Where chains of receipts end, as their client publishes it (SPECIFICATION R-9)."""

from __future__ import annotations

from typing import Any

import pytest
from control_plane import ControlPlane
from test_receipts import hp, plane
from waiting import flush_all

from holdpoint import Holdpoint, verify_receipts
from holdpoint._sdk.events import receipt_chains

__all__ = ["hp", "plane"]


def ends_of(plane: ControlPlane) -> list[dict[str, Any]]:
    traces = [one for one in plane.traces if one.get("spanType") == "receipts"]
    assert all((one["agentId"], one["status"]) == ("holdpoint", "success") for one in traces)
    return [end for one in traces for end in one["metadata"]["chains"]]


def test_a_client_that_closes_publishes_where_its_chains_end(hp: Holdpoint, plane: ControlPlane) -> None:
    for session_id in ("a", "b", "b"):
        hp.enforce_policy(agent_id="bot", input="hello", session_id=session_id)
    trace = hp.start_trace(agent_id="bot", session_id="a")
    hp.enforce_policy(agent_id="bot", input="hello", trace=trace)
    flush_all(hp)
    assert verify_receipts(plane.traces).open_chains == 2
    hp.close()
    ends = ends_of(plane)
    assert sorted(end["steps"] for end in ends) == [2, 2]
    assert plane.traces[-1]["spanType"] == "receipts"
    report = verify_receipts(plane.traces)
    assert (report.open_chains, report.chains, report.problems) == (0, 2, ())
    # What is cut off at an end is seen now.
    last = {end["hash"] for end in ends}
    cut = [
        one
        for one in plane.traces
        if not any(record["receipt"]["hash"] in last for record in one.get("decisions") or [])
    ]
    report = verify_receipts(cut)
    assert [problem.kind for problem in report.problems] == ["lost", "lost"]


def test_chains_that_are_forgotten_are_published_many_at_a_time(
    hp: Holdpoint, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_chains, "MAX_TRACE_ITEMS", 3)
    hp._running.recorder.chains._capacity = 2
    for n in range(9):
        hp.enforce_policy(agent_id="bot", input="hello", session_id=f"s-{n}")
    flush_all(hp)
    assert len(ends_of(plane)) == 6
    hp.close()
    traces = [one for one in plane.traces if one.get("spanType") == "receipts"]
    assert [len(one["metadata"]["chains"]) for one in traces] == [3, 3, 3]
    report = verify_receipts(plane.traces)
    assert (report.open_chains, report.chains, report.problems) == (0, 9, ())


def test_a_client_without_decisions_publishes_nothing(hp: Holdpoint, plane: ControlPlane) -> None:
    with hp.start_trace(agent_id="bot"):
        pass
    hp.close()
    assert ends_of(plane) == []
