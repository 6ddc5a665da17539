"""Bundles and pauses of a control plane (clauses S-16 to S-25)."""

from __future__ import annotations

import base64
import json
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from waiting import until

from holdpoint import AgentPausedError, ConfigError, EnforcementUnavailableError, Holdpoint, Pause
from holdpoint._core import sha256_hex
from holdpoint._sdk.clock import monotonic_ms
from holdpoint._sdk.control.pause_book import PauseBook

FAST = {"poll_interval_ms": 30, "flush_interval_ms": 20, "close_timeout_ms": 100, "stream": False}
SAFE = {"agent_id": "a", "input": "hello"}


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    return plane


def connect(create: Create, plane: ControlPlane, **options: Any) -> Holdpoint:
    patient = {"first_bundle_timeout_ms": 60_000, "api_key": "key"}
    return create(**{"policies": None, "control_plane": plane.url, **patient, **FAST, **options})


def fail(plane: ControlPlane, status: int = 503) -> None:
    plane.scripts["GET /api/v1/sdk/bundle"] = lambda _: (status, "", {})


def recover(plane: ControlPlane) -> None:
    plane.scripts.pop("GET /api/v1/sdk/bundle", None)


def rotate(plane: ControlPlane, version: int) -> None:
    plane.private_key = Ed25519PrivateKey.generate()
    plane.set_bundle({"version": version, "policies": SAMPLES["policies"]})


def key_of(plane: ControlPlane, kid: str = "key-1") -> dict[str, str]:
    raw = plane.private_key.public_key().public_bytes_raw()
    return {"kid": kid, "x": base64.urlsafe_b64encode(raw).decode().rstrip("=")}


def pulls_of_keys(plane: ControlPlane) -> int:
    return sum(one["path"].endswith("jwks.json") for one in plane.seen)


def test_keys_are_asked_for_anew_when_a_bundle_is_signed_by_another(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    rotate(plane, 4)
    until(lambda: hp.stats().bundle_version == 4)
    assert pulls_of_keys(plane) == 2


def test_pinned_keys_stay_what_they_are(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, bundle_keys=[key_of(plane)])
    rotate(plane, 4)
    problems: list[str] = []
    hp.on("sync", lambda event: problems.extend(problem.message for problem in event.problems))
    assert pulls_of_keys(plane) == 0
    until(lambda: any("not signed by a known key" in problem for problem in problems))
    until(lambda: pulls_of_keys(plane) > 1)
    assert hp.stats().bundle_version == 3


def write_key(key: Ed25519PrivateKey, kid: str) -> dict[str, str]:
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    return {"crv": "Ed25519", "kid": kid, "kty": "OKP", "x": x}


def endorse(plane: ControlPlane, new: dict[str, str], by: Ed25519PrivateKey, kid: str) -> dict[str, str]:
    signed = plane.sign_document(new, "application/vnd.holdpoint.key+json", by)
    return {"kid": new["kid"], "x": new["x"], "by": kid, "sig": signed["signatures"][0]["sig"]}


class Rotations:
    """A control plane that has changed its key twice, and signs with the last one."""

    def __init__(self, plane: ControlPlane) -> None:
        self.keys = [plane.private_key, Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()]
        self.written = [write_key(key, f"key-{n}") for n, key in enumerate(self.keys, 1)]
        self.jwks: dict[str, Any] = {
            "keys": [{**one, "use": "sig"} for one in self.written[1:]],
            # In any order.
            "endorsements": [
                endorse(plane, self.written[2], self.keys[1], "key-2"),
                endorse(plane, self.written[1], self.keys[0], "key-1"),
            ],
        }
        plane.scripts["GET /.well-known/jwks.json"] = lambda _: (200, self.jwks, {})

    def sign(self, plane: ControlPlane, version: int, n: int = 3) -> None:
        signed = json.loads(plane.sign({"version": version, "policies": SAMPLES["policies"]}, self.keys[n - 1]))
        signed["signatures"][0]["keyid"] = f"key-{n}"
        plane.envelope, plane.etag = json.dumps(signed), f'"{version}-{n}"'


def test_pinned_keys_are_followed_through_every_change_of_the_key(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, bundle_keys=[key_of(plane)])
    rotations = Rotations(plane)
    assert pulls_of_keys(plane) == 0
    rotations.sign(plane, 4)
    until(lambda: hp.stats().bundle_version == 4)
    assert pulls_of_keys(plane) == 1
    rotations.sign(plane, 5, n=2)
    until(lambda: hp.stats().bundle_version == 5)
    assert pulls_of_keys(plane) == 1


def break_chain(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["endorsements"].pop()


def forge_signature(rotations: Rotations, plane: ControlPlane) -> None:
    stranger = Ed25519PrivateKey.generate()
    rotations.jwks["endorsements"][1] = endorse(plane, rotations.written[1], stranger, "key-1")


def swap_key(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["endorsements"][0]["x"] = write_key(Ed25519PrivateKey.generate(), "")["x"]


def unlist(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["keys"].pop()


def garble(rotations: Rotations, plane: ControlPlane) -> None:
    rotations.jwks["endorsements"] = [None, {"kid": "key-3"}, {**rotations.jwks["endorsements"][0], "sig": "no"}]


@pytest.mark.parametrize("spoil", [break_chain, forge_signature, swap_key, unlist, garble])
def test_a_key_that_no_pinned_one_leads_to_is_not_followed(
    create: Create, plane: ControlPlane, spoil: Callable[[Rotations, ControlPlane], None]
) -> None:
    hp = connect(create, plane, bundle_keys=[key_of(plane)])
    rotations = Rotations(plane)
    spoil(rotations, plane)
    rotations.sign(plane, 4)
    until(lambda: pulls_of_keys(plane) > 1)
    assert hp.stats().bundle_version == 3


def test_keys_are_not_asked_for_without_end_because_of_forged_bundles(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, poll_interval_ms=10_000)
    plane.envelope = plane.sign({"version": 9}, Ed25519PrivateKey.generate())
    plane.etag = '"forged"'
    assert hp._running.connection is not None
    for _ in range(5):
        hp._running.connection._bundles.hurry()
        time.sleep(0.02)
    assert hp.stats().bundle_version == 3
    assert pulls_of_keys(plane) == 1


def test_keys_beside_the_bundle_are_enough_for_a_start_without_a_network(
    create: Create, plane: ControlPlane, tmp_path: Path
) -> None:
    connect(create, plane, cache_dir=tmp_path).close()
    plane.scripts["GET /.well-known/jwks.json"] = lambda _: (503, "", {})
    plane.set_bundle({"version": 4, "policies": SAMPLES["policies"]})
    hp = connect(create, plane, cache_dir=tmp_path)
    until(lambda: hp.stats().bundle_version == 4)


def test_a_bundle_from_disk_is_worth_nothing_under_other_keys(
    create: Create, plane: ControlPlane, tmp_path: Path
) -> None:
    connect(create, plane, cache_dir=tmp_path).close()
    fail(plane)
    rotate(plane, 3)
    hp = connect(create, plane, cache_dir=tmp_path, bundle_keys=[key_of(plane)], first_bundle_timeout_ms=30)
    assert not hp.stats().ready


def test_a_bundle_older_than_the_one_on_disk_is_refused(create: Create, plane: ControlPlane, tmp_path: Path) -> None:
    connect(create, plane, cache_dir=tmp_path).close()
    plane.set_bundle({"version": 2, "policies": []})
    hp = connect(create, plane, cache_dir=tmp_path)
    until(lambda: (last := hp.stats().last_sync) and not last.ok)
    assert hp.stats().bundle_version == 3
    assert not hp.evaluate(agent_id="a", input=SAMPLES["attack"]).allowed


@pytest.mark.parametrize("damage", [lambda text: text[:-40], lambda text: text.replace("key-1", "key-2"), lambda _: ""])
def test_a_damaged_file_counts_as_absent(
    create: Create, plane: ControlPlane, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    connect(create, plane, cache_dir=tmp_path).close()
    (kept,) = tmp_path.glob("bundle-*.json")
    kept.write_text(damage(kept.read_text()))
    fail(plane)
    hp = connect(create, plane, cache_dir=tmp_path, first_bundle_timeout_ms=30)
    assert not hp.stats().ready


def _is_allowed(hp: Holdpoint) -> bool:
    try:
        return hp.enforce_policy(**SAFE).allowed
    except EnforcementUnavailableError:
        return False


def test_a_stale_bundle_refuses_every_step_until_it_is_confirmed(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, max_staleness_ms=150)
    told: list[Any] = []
    hp.on("sync", told.append)
    hp.pause_agent("held")
    # A slow machine may be late with a poll as well.
    until(lambda: _is_allowed(hp))
    fail(plane)
    until(lambda: hp.stats().stale)
    with pytest.raises(EnforcementUnavailableError, match="stale"):
        hp.enforce_policy(**SAFE)
    assert [one.reason for one in hp.evaluate(**SAFE).violations] == ["BUNDLE_STALE"]
    with pytest.raises(AgentPausedError):
        hp.enforce_policy(agent_id="held", input="hello")
    until(lambda: any("not confirmed" in problem.message for event in told for problem in event.problems))
    recover(plane)
    until(lambda: _is_allowed(hp))
    age_ms = hp.stats().bundle_age_ms
    assert age_ms is not None
    assert 0 <= age_ms < 120_000


def test_with_an_open_fail_mode_a_stale_bundle_goes_on_deciding(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane, max_staleness_ms=100, fail_mode="open")
    fail(plane)
    until(lambda: hp.stats().stale)
    assert hp.enforce_policy(**SAFE).allowed
    assert not hp.evaluate(agent_id="a", input=SAMPLES["attack"]).allowed


@pytest.mark.parametrize("jump_ms", [-3_600_000, 3_600_000])
def test_the_age_of_a_bundle_on_disk_is_the_distance_of_the_clock_either_way(
    create: Create, plane: ControlPlane, tmp_path: Path, jump_ms: float
) -> None:
    connect(create, plane, cache_dir=tmp_path).close()
    fail(plane)

    def start(jump_ms: float) -> bool:
        hp = connect(
            create,
            plane,
            cache_dir=tmp_path,
            max_staleness_ms=1_800_000,
            first_bundle_timeout_ms=30,
            clock=lambda: time.time() * 1000 + jump_ms,
        )
        assert hp.stats().ready
        return hp.stats().stale

    assert not start(0)
    assert start(jump_ms)


def test_a_file_that_does_not_say_when_it_was_confirmed_is_stale_at_once(
    create: Create, plane: ControlPlane, tmp_path: Path
) -> None:
    connect(create, plane, cache_dir=tmp_path).close()
    (kept,) = tmp_path.glob("bundle-*.json")
    content = json.loads(json.loads(kept.read_text())["content"])
    del content["confirmedMs"]
    text = json.dumps(content)
    kept.write_text(json.dumps({"checksum": sha256_hex(text), "content": text}))
    fail(plane)
    hp = connect(create, plane, cache_dir=tmp_path, max_staleness_ms=1_800_000, first_bundle_timeout_ms=30)
    assert (hp.stats().ready, hp.stats().stale) == (True, True)


def test_the_time_that_the_machine_has_slept_counts(
    create: Create, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = [0.0]
    monkeypatch.setattr("holdpoint._sdk.clock.uptime_ms", lambda: monotonic_ms() + slept[0])
    hp = connect(create, plane, poll_interval_ms=300_000, max_staleness_ms=600_000)
    pulls = len(plane.seen)
    slept[0] = 400_000
    # It is asked for at once.
    until(lambda: len(plane.seen) > pulls and (hp.stats().bundle_age_ms or 0) < 300_000)
    assert not hp.stats().stale
    fail(plane)
    slept[0] = 1_100_000
    until(lambda: hp.stats().stale)
    assert not _is_allowed(hp)
    assert (hp.stats().bundle_age_ms or 0) > 600_000


@pytest.mark.parametrize("jump_ms", [math.nan, -1_000_000.0])
def test_an_odd_uptime_changes_nothing(
    create: Create, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, jump_ms: float
) -> None:
    ahead = [0.0]
    monkeypatch.setattr("holdpoint._sdk.clock.uptime_ms", lambda: monotonic_ms() + ahead[0])
    hp = connect(create, plane, max_staleness_ms=600_000)
    ahead[0] = jump_ms
    time.sleep(1.5)
    assert not hp.stats().stale
    assert _is_allowed(hp)


def test_the_limit_needs_room_for_two_polls(create: Create, plane: ControlPlane) -> None:
    with pytest.raises(ConfigError, match="max_staleness_ms"):
        connect(create, plane, max_staleness_ms=59)


def test_every_decision_sees_the_policies_of_one_version(create: Create, plane: ControlPlane) -> None:
    def bundle(version: int) -> dict[str, Any]:
        """Both policies name the version."""
        rule = {"expression": 'input == "never"'}
        names = [f"first-{version}", f"second-{version}"]
        policies = [
            {"id": name, "policyType": "expression", "enforcementMode": "block", "ruleDefinition": rule}
            for name in names
        ]
        return {"version": version, "policies": policies}

    plane.set_bundle(bundle(10))
    hp = connect(create, plane, poll_interval_ms=5)
    seen: list[list[int]] = []
    stop = threading.Event()

    def decide() -> None:
        mine: list[int] = []
        while not stop.is_set():
            versions = {int(one.policy_id.partition("-")[2]) for one in hp.evaluate(**SAFE).outcomes}
            assert len(versions) == 1
            mine += versions
        seen.append(mine)

    threads = [threading.Thread(target=decide) for _ in range(3)]
    for thread in threads:
        thread.start()
    for version in range(11, 31):
        plane.set_bundle(bundle(version))
        until(lambda version=version: hp.stats().bundle_version == version)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(seen) == 3
    assert all(mine == sorted(mine) for mine in seen)


def push(hp: Holdpoint, **pause: Any) -> None:
    assert hp._running.connection is not None
    hp._running.connection._hear_event("status", json.dumps(pause))


def is_held(hp: Holdpoint, agent_id: str) -> bool:
    try:
        hp.enforce_policy(agent_id=agent_id, input="hello")
    except AgentPausedError:
        return True
    return False


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


def test_a_bundle_of_another_organisation_is_refused(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    plane.set_bundle({"version": 9, "organizationId": "other", "policies": []})
    problems: list[str] = []
    hp.on("sync", lambda event: problems.extend(problem.message for problem in event.problems))
    until(lambda: any("organisation" in problem for problem in problems))
    assert hp.stats().bundle_version == 3
    plane.set_bundle({"version": 4, "policies": []})
    until(lambda: hp.stats().bundle_version == 4)


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
