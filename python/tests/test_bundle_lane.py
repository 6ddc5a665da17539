"""Bundles of a control plane: on disk, stale, replaced (clauses S-16 to S-22)."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bundle_client import SAFE, connect, fail, key_of, recover, rotate
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from waiting import until

from holdpoint import AgentPausedError, ConfigError, EnforcementUnavailableError, Holdpoint
from holdpoint._core import sha256_hex
from holdpoint._sdk.clock import monotonic_ms


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    return plane


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
    hp = connect(create, plane, max_staleness_ms=100, fail_mode="open", on_approval=lambda context: True)
    fail(plane)
    until(lambda: hp.stats().stale)
    assert hp.enforce_policy(**SAFE).allowed
    assert hp.enforce_tool_call(agent_id="a", tool="send_email").allowed
    assert hp.stats().ungoverned["stale"] == 2
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


def test_a_bundle_of_another_organisation_is_refused(create: Create, plane: ControlPlane) -> None:
    hp = connect(create, plane)
    plane.set_bundle({"version": 9, "organizationId": "other", "policies": []})
    problems: list[str] = []
    hp.on("sync", lambda event: problems.extend(problem.message for problem in event.problems))
    until(lambda: any("organisation" in problem for problem in problems))
    assert hp.stats().bundle_version == 3
    plane.set_bundle({"version": 4, "policies": []})
    until(lambda: hp.stats().bundle_version == 4)


@pytest.mark.parametrize("name", ["\u00e9", "a\u0085b", " ", ""])
def test_an_etag_that_cannot_be_sent_back_does_not_end_the_pulls(
    create: Create, plane: ControlPlane, tmp_path: Path, name: str
) -> None:
    plane.etag = name
    hp = connect(create, plane, cache_dir=tmp_path)
    plane.set_bundle({"version": 6, "policies": []})
    plane.etag = name
    until(lambda: hp.stats().bundle_version == 6)
    hp.close()
    # Another language may have kept it, read as it reads headers.
    (kept,) = tmp_path.glob("bundle-*.json")
    content = json.dumps({**json.loads(json.loads(kept.read_text())["content"]), "etag": "\u043a\u043b\u044e\u0447"})
    kept.write_text(json.dumps({"checksum": sha256_hex(content), "content": content}))
    plane.set_bundle({"version": 7, "policies": []})
    following = connect(create, plane, cache_dir=tmp_path)
    until(lambda: following.stats().bundle_version == 7)
