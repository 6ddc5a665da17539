"""Pauses that a control plane pushes, and bundles that lift them (clauses S-23 to S-25)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from bundle_client import SAFE, connect, fail, is_held, recover
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from waiting import until

from holdpoint import AgentPausedError, Holdpoint, Pause
from holdpoint._sdk.control.pause_book import PauseBook


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    return plane


def push(hp: Holdpoint, **pause: Any) -> None:
    assert hp._running.connection is not None
    hp._running.connection._hear_event("status", json.dumps(pause))


@pytest.mark.parametrize(
    ("level", "target", "held"),
    [
        ("agent", "one", ["one"]),
        ("team", "red", ["one", "two"]),
        ("workspace", "floor", ["one", "two", "three"]),
        ("tenant", "org", ["one", "two", "three", "stranger"]),
    ],
)
def test_a_pushed_pause_holds_those_that_it_is_about_and_a_bundle_lifts_it(
    create: Create, plane: ControlPlane, level: str, target: str, held: list[str]
) -> None:
    agents = [
        {"agentId": "one", "teamId": "red", "workspaceId": "floor"},
        {"agentId": "two", "teamId": "red", "workspaceId": "floor"},
        {"agentId": "three", "teamId": "blue", "workspaceId": "floor"},
    ]
    plane.set_bundle({"version": 4, "agents": agents})
    hp = connect(create, plane, poll_interval_ms=600_000)
    fail(plane)
    push(hp, level=level, targetId=target, reason="drill", version=5)
    assert [agent for agent in ("one", "two", "three", "stranger") if is_held(hp, agent)] == held
    recover(plane)
    plane.set_bundle({"version": 5, "agents": agents})
    assert hp._running.connection is not None
    hp._running.connection._bundles.hurry()
    until(lambda: not hp.stats().pauses)
    assert not is_held(hp, "one")


def test_every_verb_and_start_trace_fail_while_the_agent_is_paused(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, poll_interval_ms=600_000)
    trace = hp.start_trace(agent_id="a")
    assert hp.enforce_policy(**SAFE, trace=trace).allowed
    fail(plane)
    push(hp, level="agent", targetId="a", reason="stop")
    verbs: list[Callable[[], Any]] = [
        lambda: hp.enforce_policy(**SAFE, trace=trace),
        lambda: hp.enforce_tool_call(agent_id="a", tool="t", args={}, trace=trace),
        lambda: hp.enforce_tool_result(agent_id="a", tool="t", result="r", trace=trace),
        lambda: hp.enforce_output(agent_id="a", output="o", trace=trace),
        lambda: hp.start_trace(agent_id="a"),
    ]
    for verb in verbs:
        with pytest.raises(AgentPausedError, match="stop"):
            verb()
    assert hp.evaluate(agent_id="b", input="hello").allowed


@pytest.mark.parametrize("answer", [True, False])
def test_a_pause_that_comes_while_a_step_waits_for_a_human_holds_it(create: Create, answer: bool) -> None:
    def approve(_: Any) -> bool:
        hp.pause_agent("a", reason="meanwhile")
        return answer

    hp = create(on_approval=approve)
    with pytest.raises(AgentPausedError, match="meanwhile"):
        hp.enforce_tool_call(agent_id="a", tool="send_email", args={})


def test_the_pull_after_a_pushed_pause_is_spread_and_its_version_pulled_once(
    create: Create, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    hp = connect(create, plane, poll_interval_ms=600_000)
    asked: list[float] = []
    connection = hp._running.connection
    assert connection is not None
    monkeypatch.setattr(connection._bundles, "hurry", lambda within_ms=0.0: asked.append(within_ms))
    push(hp, level="agent", targetId="b", reason="r", version=4)
    connection._hear_event("bundle", json.dumps({"version": 4}))
    connection._hear_event("bundle", json.dumps({"version": 5}))
    assert asked == [1000, 0.0]


def pause(target: str, **more: Any) -> Pause:
    return Pause(level="agent", target_id=target, reason="r", **more)


def test_a_pushed_pause_stays_until_a_bundle_that_was_asked_for_later() -> None:
    book = PauseBook(lambda _: None)
    book.add_pushed(pause("a"), 100)
    book.set_remote([], 99, 1)
    book.confirm_remote(100, 1)
    assert len(book.list()) == 1
    book.confirm_remote(101, 1)
    assert book.list() == ()
    book.add_pushed(pause("b"), 200)
    book.set_remote([pause("c")], 201, 2)
    assert [one.target_id for one in book.list()] == ["c"]


def test_a_pushed_pause_stays_until_a_bundle_of_the_version_that_it_names() -> None:
    book = PauseBook(lambda _: None)
    book.add_pushed(pause("a"), 100, 7)
    book.confirm_remote(200, 6)
    book.set_remote([], 300, 6)
    assert [one.target_id for one in book.list()] == ["a"]
    book.confirm_remote(400, 7)
    assert book.list() == ()


def test_pauses_of_a_bundle_that_does_not_compile_are_not_lifted_by_an_older_one(
    create: Create, plane: ControlPlane
) -> None:
    hp = connect(create, plane)
    before = plane.envelope, plane.etag
    broken = [{"id": "broken", "policyType": "expression", "ruleDefinition": {"expression": "1 +"}}]
    plane.set_bundle({"version": 7, "policies": broken, "pauses": [{"level": "agent", "targetId": "a"}]})
    until(lambda: is_held(hp, "a"))
    problems: list[str] = []
    hp.on("sync", lambda event: problems.extend(problem.message for problem in event.problems))
    # A replica that lags behind: one that is newer than that in force, and then that in force itself.
    plane.set_bundle({"version": 6, "policies": []})
    until(lambda: any("version 6 is older than 7" in problem for problem in problems))
    plane.envelope, plane.etag = before
    until(lambda: any("version 3 is older than 7" in problem for problem in problems))
    assert is_held(hp, "a")
    plane.set_bundle({"version": 8, "policies": []})
    until(lambda: not is_held(hp, "a"))


def test_a_short_pause_does_not_take_the_place_of_a_long_one() -> None:
    book = PauseBook(lambda _: None)
    book.add_pushed(pause("a"), 1)
    book.add_pushed(pause("a", until="2030-01-01T00:00:00Z"), 2)
    assert len(book.list()) == 2
