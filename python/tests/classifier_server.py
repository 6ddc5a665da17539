"""A model behind an endpoint on this machine, and what tests of classifiers ask of a client."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from holdpoint import (
    EndpointClassifier,
    Holdpoint,
    PolicyBlockedError,
    Violation,
)

STEP = {"agentId": "bot", "input": "hello there"}
OK = 200

# Status and body, or what to do with the handler instead.
Answer = tuple[int, bytes] | Callable[[BaseHTTPRequestHandler], None]


class Model:
    """An endpoint on the loopback interface; with a certificate for `policy.example.com` where there is a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.ports: list[int] = []
        self.handle: Callable[[dict[str, Any]], Answer] = lambda _: (200, b"{}")
        model = self

        class Server(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
                one = {"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
                model.asked.append(one)
                model.ports.append(self.client_address[1])
                answer = model.handle(one)
                if callable(answer):
                    answer(self)
                    return
                self.send_response(answer[0])
                if answer[0] in (301, 307):
                    self.send_header("location", "https://169.254.169.254/")
                self.send_header("content-length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

            def log_message(self, *args: Any) -> None:
                pass

        class QuietServer(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.server = QuietServer(("127.0.0.1", 0), Server)
        self.trusted: ssl.SSLContext | None = None
        if folder is not None:
            key, cert = folder / "key.pem", folder / "cert.pem"
            subject = ["-subj", "/CN=policy.example.com", "-addext", "subjectAltName=DNS:policy.example.com"]
            curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
            command = ["openssl", "req", "-x509", *curve, "-keyout", str(key), "-out", str(cert), *subject]
            subprocess.run(command, check=True, capture_output=True)
            self.trusted = ssl.create_default_context(cafile=str(cert))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/v1/score"


def scan(**rule: Any) -> dict[str, Any]:
    definition = {"classifier": "guard", **rule}
    return {"id": "scan", "policyType": "injection_scan", "enforcementMode": "block", "ruleDefinition": definition}


def policy(kind: str, policy_id: str = "p", **rule: Any) -> dict[str, Any]:
    return {"id": policy_id, "policyType": kind, "enforcementMode": "block", "ruleDefinition": rule}


def create(guard: Any = None, *policies: dict[str, Any], **options: Any) -> Holdpoint:
    given = {} if guard is None else {"classifiers": {"guard": guard}}
    return Holdpoint(policies=list(policies) or [scan()], **given, **options)


def endpoint(model: Model, kind: Any = "moderations", **more: Any) -> EndpointClassifier:
    given = {"allow_private": True, "timeout_ms": 1500, **more}
    return EndpointClassifier(model.url, kind, "m", **given)


def halt_of(hp: Holdpoint, step: dict[str, Any] | None = None) -> Violation | None:
    try:
        hp.enforce_policy(step or STEP)
    except PolicyBlockedError as error:
        return error.violations[0]
    return None


def reason_of(hp: Holdpoint, step: dict[str, Any] | None = None) -> str | None:
    halt = halt_of(hp, step)
    return None if halt is None else halt.reason


def message_of(hp: Holdpoint, step: dict[str, Any] | None = None) -> str:
    halt = halt_of(hp, step)
    return "" if halt is None else halt.message


def scores(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"results": [{"category_scores": row} for row in rows]}).encode()


def said(content: Any) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()
