"""Own validators: when and where they are asked, what they are sent, what counts as an answer (V-1 to V-11)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from control_plane import ControlPlane
from validator_receiver import ALLOW, SECRET, STEP, Answer, Receiver, create, reach, reason_of

from holdpoint import (
    AgentPausedError,
    ApprovalDeniedError,
    AsyncHoldpoint,
    EnforcementHaltError,
    EnforcementUnavailableError,
    Holdpoint,
    PolicyBlockedError,
    ValidatorDeniedError,
)
from holdpoint._core import is_public_address


@pytest.fixture(scope="module")
def one_receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path_factory.mktemp("validator"))
    yield receiver
    receiver.server.shutdown()


@pytest.fixture
def receiver(one_receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    one_receiver.asked.clear()
    one_receiver.handle = lambda _: ALLOW
    reach(one_receiver, monkeypatch)
    return one_receiver


def test_is_asked_before_the_decision_with_a_signed_question_that_holds_the_step(receiver: Receiver) -> None:
    hp = create(receiver)
    assert hp.enforce_policy(STEP).allowed
    [asked] = receiver.asked
    headers = asked["headers"]
    assert headers["host"] == f"policy.example.com:{receiver.port}"
    said = json.loads(asked["body"])
    assert said.pop("timestamp").endswith("Z")
    assert said == {**STEP, "policyId": "own", "organizationId": "", "environment": "production", "phase": "input"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + asked["body"]
    mac = base64.b64encode(hmac.new(b"a key of a test", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"


def test_deny_stops_with_an_error_of_its_own_and_require_approval_holds(receiver: Receiver) -> None:
    hp = create(receiver)
    receiver.handle = lambda _: (200, {}, b'{"decision":"deny","reason":"not on Sundays"}')
    with pytest.raises(ValidatorDeniedError, match="not on Sundays"):
        hp.enforce_policy({**STEP, "validatorResults": {"own": {"decision": "allow"}}})
    receiver.handle = lambda _: (200, {}, b'{"decision":"require_approval"}')
    with pytest.raises(ApprovalDeniedError):
        hp.enforce_policy(STEP)


def test_is_not_shown_a_step_that_is_blocked_or_paused_anyway(receiver: Receiver) -> None:
    wall = {"id": "w", "policyType": "expression", "enforcementMode": "block", "ruleDefinition": {"expression": "true"}}
    hp = create(receiver, None, wall)
    assert reason_of(hp) is not None
    hp.pause_agent("bot")
    with pytest.raises(AgentPausedError):
        hp.enforce_policy(STEP)
    assert not hp.evaluate(STEP).allowed
    assert receiver.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"yes"),
        (200, {}, b'{"decision":"sure"}'),
        (200, {}, b'{"decision":["allow"]}'),
        (200, {}, b" " * 70_000),
        (403, {}, b""),
        (204, {}, b""),
        (307, {"location": "http://policy.example.com/there"}, b""),
        (307, {"location": "https://127.0.0.1/there"}, b""),
        (308, {"location": "https://[::1]/there"}, b""),
        (307, {"location": "https://2130706433/there"}, b""),
        (307, {"location": "https://0x7f.1/there"}, b""),
        (307, {"location": "https://localhost/there"}, b""),
        (307, {"location": "https://user:word@policy.example.com/there"}, b""),
        (307, {"location": "file:///etc/passwd"}, b""),
        (307, {"location": "/check"}, b""),
        (302, {"location": "/there"}, b""),
        (303, {"location": "/there"}, b""),
    ],
)
def test_anything_else_is_no_answer_and_the_fail_mode_decides(receiver: Receiver, answer: Answer) -> None:
    receiver.handle = lambda _: answer
    assert reason_of(create(receiver)) == "VALIDATOR_UNAVAILABLE"
    assert {one["path"] for one in receiver.asked} == {"/check"}
    assert len(receiver.asked) <= 4
    opened = create(receiver, {"fail_mode": "open"}).enforce_policy(STEP)
    assert [alert.reason for alert in opened.alerts] == ["VALIDATOR_SKIPPED"]


def test_a_redirect_with_the_same_method_is_followed(receiver: Receiver) -> None:
    receiver.handle = lambda one: (307, {"location": "/there"}, b"") if one["path"] == "/check" else ALLOW
    assert reason_of(create(receiver)) is None
    assert [one["path"] for one in receiver.asked] == ["/check", "/there"]


def test_a_silent_one_is_waited_for_no_longer_than_it_may_take(receiver: Receiver) -> None:
    released = threading.Event()

    def wait(_: dict[str, Any]) -> Answer:
        released.wait(120)
        return ALLOW

    receiver.handle = wait
    begun = time.monotonic()
    assert reason_of(create(receiver, {"timeout_ms": 100})) == "VALIDATOR_UNAVAILABLE"
    assert time.monotonic() - begun < 100
    released.set()


def test_a_slow_resolver_is_not_waited_for(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    reach(receiver, monkeypatch, lambda _: ["127.0.0.1"] if released.wait(120) else [])
    assert reason_of(create(receiver, {"timeout_ms": 100})) == "VALIDATOR_UNAVAILABLE"
    assert not released.is_set()
    released.set()


def test_one_that_fails_is_asked_again_under_the_same_id_and_no_oftener(receiver: Receiver) -> None:
    hp = create(receiver, {"retries": 2})
    left = iter([503, 503, 200])
    receiver.handle = lambda _: (next(left), {}, b'{"decision":"allow"}')
    assert reason_of(hp) is None
    assert len({one["headers"]["webhook-id"] for one in receiver.asked}) == 1
    receiver.asked.clear()
    receiver.handle = lambda _: (503, {}, b"")
    assert reason_of(hp) == "VALIDATOR_UNAVAILABLE"
    assert len(receiver.asked) == 3
    receiver.asked.clear()
    receiver.handle = lambda _: (400, {}, b"")
    assert reason_of(hp) == "VALIDATOR_UNAVAILABLE"
    assert len(receiver.asked) == 1


def test_a_cancelled_step_does_not_go_ahead_whatever_the_fail_mode(receiver: Receiver) -> None:
    hp = create(receiver, {"fail_mode": "open", "timeout_ms": 30_000})
    cancel, released = threading.Event(), threading.Event()

    def stop(_: dict[str, Any]) -> Answer:
        cancel.set()
        released.wait(120)
        return ALLOW

    receiver.handle = stop
    with pytest.raises(EnforcementUnavailableError, match="cancelled"):
        hp.enforce_policy(STEP, cancel=cancel)
    released.set()


def test_the_loop_goes_on_while_a_validator_is_asked(receiver: Receiver) -> None:
    async def run() -> None:
        hp = AsyncHoldpoint(create(receiver, {"timeout_ms": 30_000}))
        turned = threading.Event()

        def wait_for_the_loop(_: dict[str, Any]) -> Answer:
            return ALLOW if turned.wait(120) else (500, {}, b"")

        receiver.handle = wait_for_the_loop
        asking = asyncio.create_task(hp.enforce_policy(STEP))
        await asyncio.sleep(0.05)
        turned.set()
        assert (await asking).allowed

    asyncio.run(run())


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%lo"],
        ["8.8.8.8", "10.0.0.1"],
        [],
        ["localhost"],
    ],
)
def test_a_private_address_is_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    reach(receiver, monkeypatch, lambda _: addresses, trust_loopback=False)
    assert reason_of(create(receiver)) == "VALIDATOR_UNAVAILABLE"
    assert receiver.asked == []


def test_a_name_is_looked_up_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = iter([["127.0.0.1"], ["10.0.0.1"]])
    reach(receiver, monkeypatch, lambda _: next(lookups))
    assert reason_of(create(receiver)) is None
    assert next(lookups) == ["10.0.0.1"]


def test_the_certificate_is_that_of_the_name(receiver: Receiver) -> None:
    hp = create(receiver, {"url": f"https://other.example.com:{receiver.port}/"})
    assert reason_of(hp) == "VALIDATOR_UNAVAILABLE"
    assert receiver.asked == []


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("192.0.2.1", False),
        ("::ffff:7f00:1", False),
        ("::7f00:1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::8.8.8.8", False),
        ("64:ff9b:1::8.8.8.8", False),
        ("::ffff:0:127.0.0.1", False),
        ("100:0:0:1::1", False),
        ("192.88.98.1", True),
        ("192.88.99.1", False),
        ("3ffe::1", True),
        ("3fff:abc::1", False),
        ("5f00::1", False),
        ("fe80::1%eth0", False),
        ("127.1", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_addresses_are_judged_as_in_the_twin(address: str, is_public: bool) -> None:
    assert is_public_address(address) is is_public


def test_is_not_asked_unsigned_where_the_secret_that_is_kept_cannot_be_had(receiver: Receiver) -> None:
    plane = ControlPlane()
    rule = {"url": receiver.url, "timeout_ms": 5000}
    own = {"id": "own", "policyType": "custom_validator", "enforcementMode": "block", "ruleDefinition": rule}
    plane.envelope = plane.sign({"policies": [own], "agents": [{"agentId": "bot", "name": "Bot"}]})
    plane.scripts["GET /api/v1/sdk/validators"] = lambda _: (200, {"data": [{"policyId": "own"}]}, {})
    with Holdpoint(control_plane=plane.url, api_key="k", stream=False, poll_interval_ms=600_000) as hp:
        with pytest.raises(EnforcementHaltError):
            hp.enforce_policy(STEP)
        assert receiver.asked == []


def test_signs_with_the_secret_that_the_control_plane_keeps(receiver: Receiver) -> None:
    plane = ControlPlane()
    rule = {"url": receiver.url, "secret": "the policy's own", "timeout_ms": 5000}
    own = {"id": "own", "policyType": "custom_validator", "enforcementMode": "block", "ruleDefinition": rule}
    plane.envelope = plane.sign({"policies": [own], "agents": [{"agentId": "bot", "name": "Bot"}]})
    kept: dict[str, Any] = {"data": [{"policyId": "own", "secret": SECRET}]}
    plane.scripts["GET /api/v1/sdk/validators"] = lambda _: (503, {}, {})
    hp = Holdpoint(control_plane=plane.url, api_key="k", stream=False, poll_interval_ms=600_000)
    with pytest.raises(EnforcementHaltError):
        hp.enforce_policy(STEP)
    assert receiver.asked == []
    plane.scripts["GET /api/v1/sdk/validators"] = lambda _: (200, kept, {})
    assert hp.enforce_policy(STEP).allowed
    assert hp.enforce_policy(STEP).allowed
    assert json.loads(receiver.asked[0]["body"])["agentName"] == "Bot"
    headers, body = receiver.asked[0]["headers"], receiver.asked[0]["body"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(b"a key of a test", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert len([one for one in plane.seen if one["path"] == "/api/v1/sdk/validators"]) == 2
    hp.close()


CHUNKS = ["a word " for _ in range(400)]
ANSWERS = {"allow": b'{"decision":"allow"}', "deny": b'{"decision":"deny","reason":"no"}'}


def stream(hp: Holdpoint, pieces: Sequence[str] = CHUNKS) -> tuple[str, type[BaseException] | None]:
    """What a reader has got, and what ended it."""
    out: list[str] = []
    try:
        out.extend(hp.guard_stream(iter(pieces), agent_id="bot"))
    except EnforcementHaltError as error:
        return "".join(out), type(error)
    return "".join(out), None


@pytest.mark.parametrize("said", ["allow", "deny"])
def test_a_validator_that_can_block_is_asked_once_about_the_whole_of_a_stream(receiver: Receiver, said: str) -> None:
    receiver.handle = lambda _: (200, {}, ANSWERS[said])
    hp = create(receiver)
    whole = "".join(CHUNKS)
    expected = (whole, None) if said == "allow" else ("", ValidatorDeniedError)
    assert stream(hp) == expected
    assert [json.loads(one["body"])["output"] for one in receiver.asked] == [whole]


def test_a_validator_that_cannot_stop_lets_a_stream_flow_and_is_asked_at_its_end(receiver: Receiver) -> None:
    receiver.handle = lambda _: (200, {}, ANSWERS["deny"])
    definition = {"url": receiver.url, "secret": SECRET, "timeout_ms": 2000}
    own = {"id": "own", "policyType": "custom_validator", "enforcementMode": "monitor", "ruleDefinition": definition}
    hp = Holdpoint(policies=[own])
    flowing = hp.guard_stream(iter(CHUNKS), agent_id="bot")
    assert next(flowing)
    assert receiver.asked == []
    rest = list(flowing)
    assert rest
    assert [json.loads(one["body"])["output"] for one in receiver.asked] == ["".join(CHUNKS)]


def test_a_stream_that_is_cut_or_left_asks_no_validator(receiver: Receiver) -> None:
    words = {"id": "words", "policyType": "keyword_filter", "enforcementMode": "block"}
    definition = {"url": receiver.url, "secret": SECRET, "timeout_ms": 2000}
    own = {"id": "own", "policyType": "custom_validator", "enforcementMode": "monitor", "ruleDefinition": definition}
    hp = Holdpoint(policies=[own, {**words, "ruleDefinition": {"terms": ["forbidden"]}}])
    text, ended = stream(hp, [*CHUNKS, "forbidden ", *CHUNKS])
    assert ended is PolicyBlockedError
    assert "forbidden" not in text
    with hp.guard_stream(iter(CHUNKS), agent_id="bot") as left:
        next(left)
    assert receiver.asked == []


def test_an_asynchronous_stream_asks_as_well(receiver: Receiver) -> None:
    receiver.handle = lambda _: (200, {}, ANSWERS["deny"])
    hp = AsyncHoldpoint(create(receiver))

    async def read() -> list[str]:
        return [piece async for piece in hp.guard_stream(iter(CHUNKS), agent_id="bot")]

    with pytest.raises(ValidatorDeniedError):
        asyncio.run(read())
    assert len(receiver.asked) == 1


def test_what_goes_out_of_a_stream_is_what_the_decision_with_the_answers_says(receiver: Receiver) -> None:
    receiver.handle = lambda _: (200, {}, ANSWERS["allow"])
    # Masks only when the validator has let it pass: without its answer nothing would be masked.
    mask = {
        "id": "mask",
        "policyType": "pii_access",
        "enforcementMode": "monitor",
        "prerequisites": ["own"],
        "chainTrigger": "all_passed",
        "ruleDefinition": {"denied_pii_types": ["email"], "mask_output": True},
    }
    definition = {"url": receiver.url, "secret": SECRET, "timeout_ms": 2000}
    own = {"id": "own", "policyType": "custom_validator", "enforcementMode": "block", "ruleDefinition": definition}
    hp = Holdpoint(policies=[own, mask])
    pieces = ["write to ann@", "example.com now"]
    whole = hp.enforce_output(agent_id="bot", output="".join(pieces)).transforms
    assert whole
    assert stream(hp, pieces) == (whole[0].text, None)
