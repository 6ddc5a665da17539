"""Steps that wait for a human, and the certificates that let them go ahead."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from waiting import until

from holdpoint import (
    ApprovalDeniedError,
    ApprovalEvent,
    ApprovalTimeoutError,
    AsyncHoldpoint,
    BundleKey,
    Holdpoint,
)
from holdpoint._core import hash_action
from holdpoint._sdk.approvals.action import read_action
from holdpoint._sdk.approvals.certificates import (
    CERTIFICATE_PAYLOAD_TYPE,
)
from holdpoint._sdk.approvals.wakes import ApprovalWakes

FAST = {"poll_interval_ms": 600_000, "approval_poll_interval_ms": 20, "stream": False, "close_timeout_ms": 200}
ACTION = {"agentId": "a", "phase": "tool_call", "tool": {"name": "send_email", "args": {"to": "x"}}}


class Office:
    """Answers questions through a scripted control plane; honest unless told otherwise."""

    def __init__(self) -> None:
        self.plane = ControlPlane()
        self.plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
        self.status = "approved"
        self.asked: list[dict[str, Any]] = []
        self.uses: list[dict[str, Any]] = []
        self.answer_use: Callable[[dict[str, Any]], Any] = self.certified
        scripts = self.plane.scripts
        scripts["POST /api/v1/approvals"] = self._ask
        scripts["GET /api/v1/approvals/ap-1"] = lambda _: (
            200,
            {"data": {"id": "ap-1", "status": self.status, "decisionReason": "because"}},
            {},
        )
        scripts["POST /api/v1/approvals/ap-1/verify"] = self._use

    def _ask(self, seen: dict[str, Any]) -> Any:
        self.asked.append(json.loads(seen["body"]))
        return 201, {"data": {"id": "ap-1", "status": "pending"}}, {}

    def _use(self, seen: dict[str, Any]) -> Any:
        self.uses.append(json.loads(seen["body"]))
        return 200, {"data": self.answer_use(self.uses[-1])}, {}

    def certify(self, use: dict[str, Any], **change: Any) -> dict[str, Any]:
        now = datetime.now(timezone.utc)
        return {
            "approvalId": "ap-1",
            "organizationId": "org",
            "agentId": "a",
            "actionHash": hash_action(use["actionContext"]),
            "approver": "ana",
            "approverKey": "key:1",
            "issuedAt": now.isoformat(),
            "expiresAt": (now + timedelta(minutes=1)).isoformat(),
            "nonce": use["nonce"],
            "bundleDigest": self.plane.bundle_digest(),
            **change,
        }

    def certified(self, use: dict[str, Any], key: Ed25519PrivateKey | None = None, **change: Any) -> dict[str, Any]:
        document = self.certify(use, **change)
        return {"valid": True, "certificate": self.plane.sign_document(document, CERTIFICATE_PAYLOAD_TYPE, key)}

    def polls(self) -> int:
        return sum(one["path"] == "/api/v1/approvals/ap-1" for one in self.plane.seen)


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    office.plane.close()


def connect(create: Create, office: Office, **options: Any) -> tuple[Holdpoint, list[ApprovalEvent]]:
    hp = create(**{"policies": None, "control_plane": office.plane.url, "api_key": "key", **FAST, **options})
    events: list[ApprovalEvent] = []
    hp.on("approval", events.append)
    return hp, events


def ask(hp: Holdpoint, **options: Any) -> Any:
    return hp.enforce_tool_call(agent_id="a", tool="send_email", args={"to": "x"}, **options)


def test_the_canonical_action_has_the_hash_that_the_contract_gives_as_an_example() -> None:
    request = {"agentId": "bot", "phase": "tool_call", "tool": {"name": "pay", "args": {"eur": 12.5, "to": "Zoë"}}}
    expected = "8658239c86e386948e77b63636f3bcaf4b536cd7ff9207d35e45a572e5ee83ff"
    same = {"tool": request["tool"], "output": None, "approvals": [{}], "phase": "tool_call", "agentId": "bot"}
    for one in (request, same):
        action = read_action(one)
        assert action is not None
        assert action.hash == expected
    cycle: dict[str, Any] = {}
    cycle["self"] = cycle
    for bad in (None, "x", [1], {"n": float("nan")}, {"f": print}, cycle, {1: 2}):
        assert read_action(bad) is None


def test_a_step_is_bound_confirmed_once_and_goes_ahead(create: Create, office: Office) -> None:
    hp, events = connect(create, office)
    assert ask(hp).allowed
    (question,) = office.asked
    assert question["action"] == ACTION
    assert question["actionHash"] == hash_action(ACTION)
    assert question["policyIds"] == ["tools"]
    assert question["bundleDigest"] == office.plane.bundle_digest()
    assert len(question["requestId"]) >= 22
    (use,) = office.uses
    assert use["actionContext"] == ACTION
    (event,) = events
    assert (event.outcome, event.approval_id, event.problem) == ("approved", "ap-1", None)
    assert event.proof is not None
    assert (event.proof.approver, event.proof.approver_key) == ("ana", "key:1")


def test_an_action_in_a_trace_has_its_session(create: Create, office: Office) -> None:
    hp, _ = connect(create, office)
    with hp.start_trace(agent_id="a", session_id="s-1", user_id="u-1") as trace:
        assert ask(hp, trace=trace).allowed
    assert office.asked[0]["action"] == {**ACTION, "sessionId": "s-1", "userId": "u-1"}


def test_a_denial_holds_with_its_reason(create: Create, office: Office) -> None:
    office.status = "denied"
    hp, events = connect(create, office)
    with pytest.raises(ApprovalDeniedError, match="because") as denied:
        ask(hp)
    assert denied.value.approval_id == "ap-1"
    assert [one.outcome for one in events] == ["denied"]


def test_it_holds_when_it_expires_when_nobody_answers_and_when_the_wait_is_ended(
    create: Create, office: Office
) -> None:
    office.status = "expired"
    hp, events = connect(create, office)
    with pytest.raises(ApprovalTimeoutError):
        ask(hp)
    office.status = "pending"
    impatient, _ = connect(create, office, approval_timeout_ms=60)
    with pytest.raises(ApprovalTimeoutError):
        ask(impatient)
    cancel = threading.Event()
    before = office.polls()
    threading.Thread(target=lambda: (until(lambda: office.polls() > before + 1), cancel.set())).start()
    with pytest.raises(ApprovalTimeoutError, match="aborted"):
        ask(hp, cancel=cancel)
    before = office.polls()
    threading.Thread(target=lambda: (until(lambda: office.polls() > before + 1), hp.close())).start()
    with pytest.raises(ApprovalTimeoutError):
        ask(hp)
    assert [one.outcome for one in events] == ["expired", "expired", "expired"]


def test_lost_answers_are_asked_for_again_with_the_same_id_and_nonce(create: Create, office: Office) -> None:
    scripts = office.plane.scripts
    for route in ("POST /api/v1/approvals", "POST /api/v1/approvals/ap-1/verify"):
        honest, calls = scripts[route], [0]

        def lossy(seen: dict[str, Any], honest: Any = honest, calls: list[int] = calls) -> Any:
            answer = honest(seen)
            calls[0] += 1
            return (503, "", {}) if calls[0] == 1 else answer

        scripts[route] = lossy
    hp, _ = connect(create, office)
    assert ask(hp).allowed
    assert len({one["requestId"] for one in office.asked}) == 1 == len(office.asked) - 1
    assert len({one["nonce"] for one in office.uses}) == 1 == len(office.uses) - 1


STRANGER = Ed25519PrivateKey.generate()
LIES: list[tuple[str, Callable[[Office, dict[str, Any]], Any]]] = [
    ("missing", lambda office, use: {"valid": True}),
    ("missing", lambda office, use: {"valid": True, "certificate": None}),
    ("missing", lambda office, use: {"valid": "true"}),
    ("unreadable", lambda office, use: {"valid": True, "certificate": "certified"}),
    ("unreadable", lambda office, use: {"valid": True, "certificate": json.loads(office.plane.sign({}))}),
    ("unsigned", lambda office, use: office.certified(use, STRANGER)),
    ("replayed", lambda office, use: {"valid": False, "reason": "used"}),
    ("wrong_action", lambda office, use: {"valid": False, "reason": "action_mismatch"}),
    ("wrong_approval", lambda office, use: office.certified(use, approvalId="ap-2")),
    ("wrong_tenant", lambda office, use: office.certified(use, organizationId="elsewhere")),
    ("wrong_agent", lambda office, use: office.certified(use, agentId="other")),
    ("wrong_action", lambda office, use: office.certified(use, actionHash="0" * 64)),
    ("wrong_nonce", lambda office, use: office.certified(use, nonce="n" * 32)),
    ("wrong_bundle", lambda office, use: office.certified(use, bundleDigest="")),
    ("expired", lambda office, use: office.certified(use, expiresAt="2020-01-01T00:00:00Z")),
    ("expired", lambda office, use: office.certified(use, expiresAt="2120-01-01T00:00:00Z")),
    ("expired", lambda office, use: office.certified(use, expiresAt="soon")),
]


@pytest.mark.parametrize(("problem", "answer"), LIES)
def test_a_lie_holds_and_is_named(
    create: Create, office: Office, problem: str, answer: Callable[[Office, dict[str, Any]], Any]
) -> None:
    office.answer_use = lambda use: answer(office, use)
    hp, events = connect(create, office)
    with pytest.raises(ApprovalDeniedError) as denied:
        ask(hp)
    assert denied.value.approval_id == "ap-1"
    (event,) = events
    assert (event.outcome, event.problem, event.proof) == ("refused", problem, None)
    assert event.reason is not None
    assert event.reason in str(denied.value)


def test_the_same_certificate_passes_once_and_so_does_the_same_approval(create: Create, office: Office) -> None:
    hp, events = connect(create, office)
    assert ask(hp).allowed
    with pytest.raises(ApprovalDeniedError):
        ask(hp)
    proof = events[0].proof
    assert proof is not None
    office.answer_use = lambda use: {"valid": True, "certificate": proof.certificate}
    with pytest.raises(ApprovalDeniedError):
        ask(hp)
    assert [(one.outcome, one.problem) for one in events] == [
        ("approved", None),
        ("refused", "replayed"),
        ("refused", "wrong_nonce"),
    ]


def test_strangers_keys_and_no_bundle_hold(create: Create, office: Office) -> None:
    local = {"policies": SAMPLES["policies"], "first_bundle_timeout_ms": 50}
    hp, events = connect(create, office, bundle_keys=[BundleKey("key-1", "A" * 43)], **local)
    with pytest.raises(ApprovalDeniedError):
        ask(hp)
    office.plane.scripts["GET /api/v1/sdk/bundle"] = lambda _: (503, "", {})
    other, more = connect(create, office, **local)
    with pytest.raises(ApprovalDeniedError):
        ask(other)
    assert [one.problem for one in (*events, *more)] == ["unsigned", "wrong_tenant"]


def test_asyncio_waits_without_holding_the_loop_and_a_cancelled_task_ends_its_wait(office: Office) -> None:
    office.status = "pending"

    async def run() -> None:
        options: Any = {"control_plane": office.plane.url, "api_key": "key", **FAST}
        async with await AsyncHoldpoint.create(**options) as hp:
            # More than the loop has threads of its own.
            waits = [
                asyncio.create_task(hp.enforce_tool_call(agent_id="a", tool="send_email", args={"to": "x"}))
                for _ in range(40)
            ]
            while len(office.asked) < len(waits):
                await asyncio.sleep(0.01)
            assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), 120) == 1
            for wait in waits:
                wait.cancel()
            ended = await asyncio.gather(*waits, return_exceptions=True)
            assert all(isinstance(one, asyncio.CancelledError) for one in ended)

    asyncio.run(run())
    until(lambda: not any(one.name.startswith("holdpoint-approval") for one in threading.enumerate()))


def test_a_push_that_comes_between_two_looks_is_not_missed() -> None:
    wakes = ApprovalWakes()
    watch = wakes.watch("ap-1")
    never = threading.Event()
    wakes.wake("ap-2")
    wakes.wake("ap-1")
    watch.next(600_000, never)
    threading.Timer(0.05, wakes.wake).start()
    watch.next(600_000, never)
    threading.Timer(0.05, lambda: (never.set(), wakes.nudge())).start()
    watch.next(600_000, never)
    watch.end()
    assert not wakes.watches
