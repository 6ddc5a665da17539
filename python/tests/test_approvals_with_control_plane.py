"""Approvals by the real control plane, and a server that is restarted while a step waits."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Create

from holdpoint import ApprovalDeniedError, ApprovalEvent, ApprovalTimeoutError, AsyncHoldpoint, Decision, Holdpoint

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "TSX_TSCONFIG_PATH": str(ROOT / "tsconfig.json")}
ENVIRONMENT.pop("DATABASE_URL", None)


class Server:
    """`holdpoint serve` as a process of its own, on a port and a directory that outlive it."""

    def __init__(self, directory: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.directory = directory
        self.key = self.start()
        tools = {
            "id": "tools",
            "name": "tools",
            "policyType": "tool_invocation",
            "enforcementMode": "block",
            "ruleDefinition": {"require_approval": ["send_email"]},
        }
        self.call("POST", "/policies", tools)
        self.sdk_key: str = self.call("POST", "/api-keys", {"name": "agents", "role": "sdk"})["key"]

    def start(self) -> str:
        main = str(ROOT / "packages" / "cli" / "src" / "main.ts")
        options = ["serve", "--port", str(self.port), "--data-dir", str(self.directory)]
        self.process = subprocess.Popen(
            ["node", "--import", "tsx", main, *options], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert "control plane on" in first
        shown = "" if hasattr(self, "key") else self.process.stdout.readline()
        found = re.search(r"(hp_\S+)", shown)
        return found[1] if found else ""

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"x-api-key": key or self.key}
        answer = httpx.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def pending(self, to: str) -> str:
        """The id of the question about a mail to somebody, once it was asked."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for one in self.call("GET", "/approvals?status=pending&limit=500"):
                if one["action"]["tool"]["args"] == {"to": to}:
                    return str(one["id"])
            time.sleep(0.05)
        raise AssertionError("nobody was asked")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("control-plane"))
    yield server
    server.stop()


def options_of(server: Server, **options: Any) -> dict[str, Any]:
    return {
        "policies": None,
        "control_plane": server.url,
        "api_key": server.sdk_key,
        "poll_interval_ms": 600_000,
        "approval_poll_interval_ms": 600_000,
        "first_bundle_timeout_ms": 60_000,
        "close_timeout_ms": 200,
        **options,
    }


def mail(hp: Holdpoint, to: str) -> Decision:
    return hp.enforce_tool_call(agent_id="bot", tool="send_email", args={"to": to})


def in_thread(work: Callable[[], Any]) -> Callable[[], Any]:
    """Runs it aside; what comes back waits for its result, or gives the error."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(work())
        except Exception as error:  # noqa: BLE001 - handed to the test
            result.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def wait() -> Any:
        thread.join(60)
        return result[0]

    return wait


def test_exactly_the_approved_step_passes_once_by_push(create: Create, server: Server) -> None:
    hp = create(**options_of(server))
    events: list[ApprovalEvent] = []
    hp.on("approval", events.append)
    outcome = in_thread(lambda: mail(hp, "a@example.org"))
    approval = server.pending("a@example.org")
    # The stream may be opening still: its first word makes every wait look.
    server.call("POST", f"/approvals/{approval}/approve", {"decidedBy": "ana"})
    assert outcome().allowed
    (event,) = events
    assert event.proof is not None
    assert (event.outcome, event.approval_id, event.proof.approver) == ("approved", approval, "ana")
    action = {"agentId": "bot", "phase": "tool_call", "tool": {"name": "send_email", "args": {"to": "a@example.org"}}}
    use = {"actionContext": action, "nonce": "n" * 32}
    refused = server.call("POST", f"/approvals/{approval}/verify", use, key=server.sdk_key)
    assert refused == {"valid": False, "reason": "used"}


def test_a_denied_step_is_held(create: Create, server: Server) -> None:
    hp = create(**options_of(server))
    outcome = in_thread(lambda: mail(hp, "b@example.org"))
    server.call("POST", f"/approvals/{server.pending('b@example.org')}/deny", {"reason": "not today"})
    error = outcome()
    assert isinstance(error, ApprovalDeniedError)
    assert "not today" in str(error)


def test_a_step_that_is_given_up_is_held_and_its_question_left_to_expire(create: Create, server: Server) -> None:
    """A-4: a yes that comes when nobody waits lets nothing pass, and is never used."""
    hp = create(**options_of(server))
    cancel = threading.Event()
    args = {"to": "e@example.org"}
    outcome = in_thread(lambda: hp.enforce_tool_call(agent_id="bot", tool="send_email", args=args, cancel=cancel))
    left = server.pending("e@example.org")
    cancel.set()
    assert isinstance(outcome(), ApprovalTimeoutError)
    assert server.call("GET", f"/approvals/{left}")["status"] == "pending"
    server.call("POST", f"/approvals/{left}/approve", {})
    other = in_thread(lambda: mail(hp, "f@example.org"))
    server.call("POST", f"/approvals/{server.pending('f@example.org')}/approve", {})
    assert other().allowed
    lines = server.call("GET", "/audit?limit=500")
    assert {line["action"] for line in lines if line["targetId"] == left} == {"approval.requested", "approval.approved"}


def test_asyncio_waits_too(server: Server) -> None:
    async def run() -> None:
        async with await AsyncHoldpoint.create(**options_of(server)) as hp:
            step = asyncio.create_task(
                hp.enforce_tool_call(agent_id="bot", tool="send_email", args={"to": "c@example.org"})
            )
            approval = await asyncio.to_thread(server.pending, "c@example.org")
            await asyncio.to_thread(server.call, "POST", f"/approvals/{approval}/approve", {})
            assert (await asyncio.wait_for(step, 60)).allowed

    asyncio.run(run())


def test_a_wait_survives_a_restart_of_the_server(create: Create, server: Server) -> None:
    hp = create(**options_of(server, approval_poll_interval_ms=50))
    outcome = in_thread(lambda: mail(hp, "d@example.org"))
    approval = server.pending("d@example.org")
    server.stop()
    server.start()
    server.call("POST", f"/approvals/{approval}/approve", {})
    assert outcome().allowed
