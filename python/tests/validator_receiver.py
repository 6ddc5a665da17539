"""An endpoint that stands in for an own validator, and clients that ask it."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from holdpoint import (
    Holdpoint,
    PolicyBlockedError,
)
from holdpoint._sdk.client import validator_gate
from holdpoint._sdk.validators.endpoints import Endpoints

SECRET = "_".join(["whsec", base64.b64encode(b"a key of a test").decode()])
STEP = {"agentId": "bot", "input": "may I?", "userId": "ann", "estimatedCost": 0.5, "metadata": {"a": 1}}
# Status, headers, body.
Answer = tuple[int, dict[str, str], bytes]
ALLOW: Answer = (200, {}, b'{"decision":"allow"}')


class Receiver:
    """An endpoint on the loopback interface, with a certificate for `policy.example.com`."""

    def __init__(self, folder: Path) -> None:
        key, cert = folder / "key.pem", folder / "cert.pem"
        subject = ["-subj", "/CN=policy.example.com", "-addext", "subjectAltName=DNS:policy.example.com"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        command = ["openssl", "req", "-x509", *curve, "-keyout", str(key), "-out", str(cert), *subject]
        subprocess.run(command, check=True, capture_output=True)
        self.asked: list[dict[str, Any]] = []
        self.handle: Callable[[dict[str, Any]], Answer] = lambda _: ALLOW
        self.trusted = ssl.create_default_context(cafile=str(cert))
        receiver = self

        class Server(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                one = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
                receiver.asked.append(one)
                status, headers, content = receiver.handle(one)
                self.send_response(status)
                for name, value in {"content-length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)

        class QuietServer(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.server = QuietServer(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_port
        self.url = f"https://policy.example.com:{self.port}/check"


def reach(
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    resolve: Callable[[str], Sequence[str]] = lambda _: ["127.0.0.1"],
    *,
    trust_loopback: bool = True,
) -> None:
    """Names lead to the receiver; only the judgement of its own loopback address is lifted."""

    class Reaching(Endpoints):
        def post(self, url: str, headers: Any, body: bytes, until: float, max_bytes: int, may_reach: Any) -> Any:
            def judge(address: str) -> bool:
                return (trust_loopback and address == "127.0.0.1") or bool(may_reach(address))

            return super().post(url, headers, body, until, max_bytes, judge)

    monkeypatch.setattr(validator_gate, "Endpoints", lambda: Reaching(resolve, receiver.trusted))


def create(receiver: Receiver, rule: dict[str, Any] | None = None, *others: dict[str, Any]) -> Holdpoint:
    definition = {"url": receiver.url, "secret": SECRET, "timeout_ms": 30_000, **(rule or {})}
    own = {"id": "own", "policyType": "custom_validator", "enforcementMode": "block", "ruleDefinition": definition}
    return Holdpoint(policies=[own, *others])


def reason_of(hp: Holdpoint, step: dict[str, Any] | None = None) -> str | None:
    try:
        hp.enforce_policy(step or STEP)
    except PolicyBlockedError as error:
        return error.violations[0].reason
    return None
