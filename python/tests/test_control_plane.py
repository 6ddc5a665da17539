"""The client and a control plane that does what the test says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES, Create
from control_plane import Answer, ControlPlane
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from waiting import flush_all, until

from holdpoint import (
    AgentPausedError,
    AuthError,
    EnforcementUnavailableError,
    Holdpoint,
    PolicyBlockedError,
)

FAST = {"poll_interval_ms": 40, "flush_interval_ms": 20, "approval_poll_interval_ms": 20, "stream": False}


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    return plane


def connect(create: Create, plane: ControlPlane, **options: Any) -> Holdpoint:
    patient = {"first_bundle_timeout_ms": 60_000, "api_key": "key"}
    return create(**{"policies": None, "control_plane": plane.url, **patient, **FAST, **options})


def test_policies_come_from_a_signed_bundle(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    assert hp.stats().bundle_version == 3
    assert not hp.evaluate(agent_id="a", input=SAMPLES["attack"]).allowed
    assert plane.seen[0]["headers"]["x-api-key"] == "key"


def test_an_unchanged_bundle_is_not_sent_again(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)

    def pulls() -> list[Any]:
        return [one for one in plane.seen if one["path"].endswith("/bundle")]

    until(lambda: len(pulls()) > 2)
    assert pulls()[-1]["headers"]["if-none-match"] == plane.etag
    last = hp.stats().last_sync
    assert last is not None
    assert last.ok


def test_a_pause_and_its_end_arrive_with_the_bundle(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    pause = {"level": "agent", "targetId": "a", "reason": "maintenance"}
    plane.set_bundle({"version": 4, "policies": SAMPLES["policies"], "pauses": [pause]})
    until(lambda: hp.stats().bundle_version == 4)
    with pytest.raises(AgentPausedError, match="maintenance"):
        hp.enforce_policy(agent_id="a", input="hello")
    assert not hp.resume_agent("a")
    plane.set_bundle({"version": 5, "policies": SAMPLES["policies"]})
    until(lambda: hp.stats().bundle_version == 5)
    assert hp.enforce_policy(agent_id="a", input="hello").allowed


def test_an_older_or_forged_bundle_changes_nothing(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    problems: list[str] = []
    hp.on("sync", lambda event: problems.extend(problem.message for problem in event.problems))
    plane.set_bundle({"version": 2})
    until(lambda: any("older" in problem for problem in problems))
    plane.set_bundle({"version": 9})
    plane.envelope = plane.sign({"version": 9}, Ed25519PrivateKey.generate())
    until(lambda: any("not signed by a known key" in problem for problem in problems))
    assert hp.stats().bundle_version == 3


def test_a_bundle_that_does_not_compile_keeps_the_last_good_plan_but_its_pauses_hold(
    create: Create, plane: ControlPlane
) -> None:
    hp = connect(create, plane)
    bad = {"id": "x", "policyType": "expression", "ruleDefinition": {"expression": "nonsense("}}
    plane.set_bundle({"version": 4, "policies": [bad], "pauses": [{"level": "agent", "targetId": "b"}]})
    until(lambda: hp.stats().pauses)
    last = hp.stats().last_sync
    until(lambda: (last := hp.stats().last_sync) is not None and not last.ok)
    assert last is not None
    assert hp.stats().bundle_version == 3
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="a", input=SAMPLES["attack"])
    with pytest.raises(AgentPausedError):
        hp.enforce_policy(agent_id="b", input="hello")


def test_a_refused_key_stops_the_client_from_starting(create: Create, plane: ControlPlane) -> None:
    refuse: Answer = (401, {"error": {"code": "UNAUTHENTICATED", "message": "no such key"}}, {})
    plane.scripts["GET /api/v1/sdk/bundle"] = lambda _: refuse
    with pytest.raises(AuthError, match="UNAUTHENTICATED"):
        connect(create, plane)


def test_without_a_bundle_the_fail_mode_decides(create: Create) -> None:
    nowhere = {"policies": None, "control_plane": "http://127.0.0.1:9", "first_bundle_timeout_ms": 50, **FAST}
    nowhere["close_timeout_ms"] = 100
    closed = create(**nowhere)
    with pytest.raises(EnforcementUnavailableError):
        closed.enforce_policy(agent_id="a", input="hello")
    opened = create(**nowhere, fail_mode="open")
    assert opened.enforce_policy(agent_id="a", input="hello").allowed
    assert opened.stats().ungoverned_calls == 1


@pytest.mark.parametrize("level", ["team", "workspace"])
@pytest.mark.parametrize("fail_mode", ["open", "closed"])
def test_before_the_first_plan_a_pause_of_a_team_holds_whoever_may_be_in_it(
    create: Create, level: str, fail_mode: str
) -> None:
    nowhere = {"policies": None, "control_plane": "http://127.0.0.1:9", "first_bundle_timeout_ms": 50, **FAST}
    wire = {"team": "teamId", "workspace": "workspaceId"}[level]
    agents = [{"agentId": "in", wire: "a"}, {"agentId": "elsewhere", wire: "b"}]
    hp = create(**nowhere, fail_mode=fail_mode, agents=agents)

    def verdict(agent_id: str, **stated: str) -> str:
        try:
            return hp.enforce_policy({"agentId": agent_id, "input": "hello", **stated}).verdict
        except AgentPausedError as error:
            return f"paused {error.level}"
        except EnforcementUnavailableError:
            return "allow"

    steps: list[tuple[str, dict[str, str]]] = [
        ("in", {}),
        ("unknown", {}),
        ("unknown", {wire: "a"}),
        # Nobody talks an agent out of where the program has put it.
        ("in", {wire: "b"}),
        ("elsewhere", {}),
        ("unknown", {wire: "b"}),
    ]
    assert [verdict(agent, **stated) for agent, stated in steps] == ["allow"] * 6
    hp.pause_agent("other", level=level, until="2000-01-01T00:00:00Z")
    hp.pause_agent("a", level=level, reason="drill")
    assert [verdict(agent, **stated) for agent, stated in steps] == [*[f"paused {level}"] * 4, *["allow"] * 2]
    with pytest.raises(AgentPausedError):
        hp.start_trace(agent_id="unknown")
    assert hp.resume_agent("a", level=level)
    assert verdict("unknown") == "allow"


def test_a_server_that_dies_changes_no_verdict_and_the_cache_starts_the_next_client(
    create: Create, plane: ControlPlane, tmp_path: Path
) -> None:
    hp = connect(create, plane, cache_dir=tmp_path)
    until(lambda: list(tmp_path.iterdir()))
    plane.close()
    assert not hp.evaluate(agent_id="a", input=SAMPLES["attack"]).allowed
    later = connect(create, plane, cache_dir=tmp_path, first_bundle_timeout_ms=50)
    assert later.stats().bundle_version == 3


def test_traces_carry_decisions_and_masked_texts(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    with hp.start_trace(agent_id="a", name="chat", input="hello") as trace:
        with trace.span("think", span_type="llm", attributes={"note": "mail bob@example.org"}):
            hp.enforce_policy(agent_id="a", input="hello", trace=trace)
        trace.record_usage(cost_usd=0.25, prompt_tokens=10)
        trace.end(output="write to bob@example.org")
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="a", input=SAMPLES["attack"])
    flush_all(hp)
    until(lambda: len(plane.traces) == 2)
    whole, lone = plane.traces
    assert (whole["name"] if "name" in whole else whole["metadata"]["name"]) == "chat"
    assert [one["decision"]["verdict"] for one in whole["decisions"]] == ["allow"]
    assert "bob@example.org" not in json.dumps(whole)
    assert whole["costUsd"] == 0.25
    assert whole["spans"][0]["spanType"] == "llm"
    assert (lone["status"], lone["spanType"]) == ("policy_blocked", "enforcement")
    assert hp.stats().sent_traces == 2


def test_traces_that_are_refused_are_counted(create: Create, plane: ControlPlane) -> None:
    plane.scripts["POST /api/v1/traces/ingest"] = lambda _: (400, {"error": {"code": "VALIDATION_ERROR"}}, {})
    hp = connect(create, plane)
    dropped: list[Any] = []
    hp.on("dropped", dropped.append)
    hp.enforce_policy(agent_id="a", input="hello")
    flush_all(hp)
    # The report of the loss is refused as well.
    assert hp.stats().dropped_traces["rejected"] in (1, 2)
    assert (dropped[0].reason, dropped[0].total) == ("rejected", 1)


def test_traces_wait_for_a_server_that_comes_back(create: Create, plane: ControlPlane) -> None:
    plane.scripts["POST /api/v1/traces/ingest"] = lambda _: (503, "", {})
    hp = connect(create, plane)
    hp.enforce_policy(agent_id="a", input="hello")
    until(lambda: any(one["path"].endswith("/ingest") for one in plane.seen))
    assert hp.stats().queued_traces == 1
    del plane.scripts["POST /api/v1/traces/ingest"]
    until(lambda: hp.stats().sent_traces == 1)
