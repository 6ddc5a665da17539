"""A credential that a policy found and did not mask is in no trace."""

from __future__ import annotations

import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import pytest
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from waiting import flush_all, until

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint._core import Decision, Evidence
from holdpoint._sdk.events.secret_mask import create_secret_mask

FAST = {"poll_interval_ms": 40, "flush_interval_ms": 20, "stream": False}
KEY = "".join(["ghp", "_", "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY3z5A"])
MAIL = "anna@example.org"
TEXT = f"😀 the key is {KEY} and again {KEY}."
MASK = {
    "id": "mask",
    "policyType": "pii_access",
    "enforcementMode": "warn",
    "ruleDefinition": {"mask_input": True, "mask_output": True},
}


def secrets(mode: str, **rule: Any) -> dict[str, Any]:
    return {"id": "secrets", "policyType": "secret_leak", "enforcementMode": mode, "ruleDefinition": rule}


def serve(create: Create, plane: ControlPlane, *policies: dict[str, Any]) -> Holdpoint:
    plane.set_bundle({"version": 3, "policies": list(policies)})
    return create(policies=None, control_plane=plane.url, first_bundle_timeout_ms=60_000, api_key="key", **FAST)


def flushed(hp: Holdpoint, plane: ControlPlane, count: int) -> list[dict[str, Any]]:
    flush_all(hp)
    until(lambda: len(plane.traces) == count)
    return plane.traces


@pytest.mark.parametrize("mode", ["block", "warn", "monitor"])
def test_it_is_in_no_trace_whatever_the_phase(create: Create, plane: ControlPlane, mode: str) -> None:
    hp = serve(create, plane, secrets(mode))
    with suppress(PolicyBlockedError):
        hp.enforce_policy(agent_id="a", input=TEXT)
    with suppress(PolicyBlockedError):
        hp.enforce_output(agent_id="a", output=TEXT)
    with suppress(PolicyBlockedError):
        hp.enforce_tool_call(agent_id="a", tool="search", args={"deep": [{"q": TEXT}], KEY: "name"})
    with suppress(PolicyBlockedError):
        hp.enforce_tool_result(agent_id="a", tool="search", result={"rows": [TEXT]})
    with hp.start_trace(agent_id="a", input=TEXT) as trace:
        with trace.span("step", attributes={"header": KEY, "plain": "plain"}):
            pass
        trace.end(output=TEXT)
    traces = flushed(hp, plane, 5)
    assert KEY not in json.dumps(traces)
    assert traces[0]["input"].startswith("😀 the key is [")
    assert traces[0]["input"].count("]") == 2
    assert "plain" in json.dumps(traces[4])


def test_another_policy_masked_the_text(create: Create, plane: ControlPlane) -> None:
    hp = serve(create, plane, secrets("warn"), MASK)
    hp.enforce_policy(agent_id="a", input=f"{MAIL} sent {KEY} to us")
    (trace,) = flushed(hp, plane, 1)
    assert trace["input"].count("[") == 2
    assert trace["input"].endswith("] to us")
    assert KEY not in json.dumps(trace)
    assert MAIL not in json.dumps(trace)


def test_what_stands_around_a_mask_of_its_own_stays(create: Create, plane: ControlPlane) -> None:
    hp = serve(create, plane, secrets("warn", mask_input=True), MASK)
    hp.enforce_policy(agent_id="a", input=f"{MAIL} sent {KEY} to us")
    hp.enforce_tool_call(agent_id="a", tool="search", args={"q": f"use {KEY} now"})
    first, second = flushed(hp, plane, 2)
    assert first["input"].endswith("] sent [GITHUB_TOKEN] to us")
    assert MAIL not in first["input"]
    assert second["input"] == '{"q":"use [GITHUB_TOKEN] now"}'


def recorded(original: str, shown: str, *policies: list[tuple[int, int, str]]) -> str:
    """A text in which policies, each with places of its own, found credentials."""
    violations = [
        SimpleNamespace(
            policy_type="secret_leak",
            evidence=[Evidence(path="/input", start=start, end=end, category=kind) for start, end, kind in places],
        )
        for places in policies
    ]
    mask = create_secret_mask(cast(Decision, SimpleNamespace(violations=violations)))
    assert mask is not None
    return mask.write("/input", original, shown)


VALUE = "aB3dE5fG7hJ9kL1m"


def test_a_mask_that_left_a_part_takes_the_text_with_it() -> None:
    def of(shown: str) -> str:
        return recorded(f"use {VALUE} or {VALUE}", shown, [(4, 20, "jwt"), (24, 40, "jwt")])

    assert of("use aB3d[PHONE] or [PHONE]") == "[JWT]"
    assert of(f"use [PHONE]kL1m or {VALUE}") == "[JWT]"
    assert of("use [PHONE] or [PHONE]") == "use [PHONE] or [PHONE]"
    assert of(f"use [PHONE] or {VALUE}") == "use [PHONE] or [JWT]"


def test_a_mask_of_what_is_like_the_text_around_it_stays() -> None:
    words = "postgres://a:hunter@db is where postgres://a stands"
    shown = words.replace("postgres://a:hunter@db", "[DATABASE_URL]")
    assert recorded(words, shown, [(0, 22, "database_url")]) == shown


def test_nothing_is_left_of_two_that_reach_into_each_other() -> None:
    text = f"use {VALUE} or {VALUE[:10]}"
    places = [(4, 14, "jwt")], [(10, 20, "github_token"), (11, 12, "jwt")]
    assert recorded(text, text, *places) == "use [JWT] or [JWT]"


def test_more_than_evidence_names_takes_the_texts_with_it(create: Create, plane: ControlPlane) -> None:
    hp = serve(create, plane, secrets("warn"))
    many = [f"{KEY[:-2]}{index + 10}" for index in range(30)]
    hp.enforce_policy(agent_id="a", input="\n".join(many))
    (trace,) = flushed(hp, plane, 1)
    assert "input" not in trace
    assert not [one for one in many if one in json.dumps(trace)]


def test_a_scan_of_outputs_finds_it_too(create: Create, plane: ControlPlane) -> None:
    scan = {"id": "outputs", "policyType": "tool_output_scan", "enforcementMode": "warn", "ruleDefinition": {}}
    hp = serve(create, plane, scan)
    hp.enforce_tool_result(agent_id="a", tool="search", result=f"{MAIL} sent {KEY} to us")
    (trace,) = flushed(hp, plane, 1)
    assert trace["output"].startswith(f"{MAIL} sent [")
    assert KEY not in trace["output"]


def test_texts_without_one_stay(create: Create, plane: ControlPlane) -> None:
    hp = serve(create, plane, secrets("block"), *SAMPLES["policies"])
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="a", input=SAMPLES["attack"])
    (trace,) = flushed(hp, plane, 1)
    assert trace["input"] == SAMPLES["attack"]
