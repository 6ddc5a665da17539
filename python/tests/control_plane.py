"""A control plane on the loopback interface that does what the test says."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from quiet_server import QuietServer, serve_with

from holdpoint._core import canonical_json, sha256_hex

PAYLOAD_TYPE = "application/vnd.holdpoint.bundle+json"

# Status, body, headers.
Answer = tuple[int, Any, dict[str, str]]
Handler = Callable[[dict[str, Any]], Answer]


class ControlPlane:
    """Signed bundles, traces and approvals; `script` replaces what is answered under `METHOD /path`.

    `certificate`: files of one and of its key, for TLS.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.private_key = Ed25519PrivateKey.generate()
        self.seen: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []
        self.scripts: dict[str, Handler] = {}
        self.envelope = self.sign({})
        self.etag = '"1"'
        plane = self

        class Server(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def log_message(self, *args: Any) -> None:
                pass

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                if headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                seen = {"method": self.command, "path": self.path, "headers": headers, "body": body.decode()}
                plane.seen.append(seen)
                status, content, extra = plane.answer(seen)
                raw = b"" if status == 304 else (content if isinstance(content, str) else json.dumps(content)).encode()
                self.send_response(status)
                for name, value in {"content-length": str(len(raw)), **extra}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

        self.server = QuietServer(("127.0.0.1", 0), Server)
        self.server.context = serve_with(*certificate) if certificate else None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server.server_port}"

    def answer(self, seen: dict[str, Any]) -> Answer:
        script = self.scripts.get(f"{seen['method']} {seen['path']}")
        if script is not None:
            return script(seen)
        path = seen["path"]
        if path == "/.well-known/jwks.json":
            key = self.private_key.public_key().public_bytes_raw()
            text = base64.urlsafe_b64encode(key).decode().rstrip("=")
            return 200, {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "key-1", "x": text, "use": "sig"}]}, {}
        if path == "/api/v1/sdk/bundle":
            unchanged = seen["headers"].get("if-none-match") == self.etag
            return (304, "", {}) if unchanged else (200, self.envelope, {"etag": self.etag})
        if path == "/api/v1/traces/ingest":
            traces = json.loads(seen["body"])["traces"]
            self.traces += traces
            return 202, {"accepted": len(traces), "failed": 0, "errors": []}, {}
        return 404, {"error": {"code": "NOT_FOUND", "message": "no such path"}}, {}

    def set_bundle(self, bundle: dict[str, Any]) -> None:
        self.envelope = self.sign(bundle)
        self.etag = f'"{bundle.get("version", 1)}-{len(self.seen)}"'

    def sign(self, bundle: dict[str, Any], key: Ed25519PrivateKey | None = None) -> str:
        whole = {"organizationId": "org", "version": 1, "issuedAt": "2026-01-01T00:00:00.000Z", **bundle}
        return json.dumps(self.sign_document(whole, PAYLOAD_TYPE, key))

    def sign_document(self, document: Any, kind: str, key: Ed25519PrivateKey | None = None) -> dict[str, Any]:
        body = canonical_json(document).encode()
        pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)
        signature = (key or self.private_key).sign(pae)
        return {
            "payloadType": kind,
            "payload": base64.b64encode(body).decode(),
            "signatures": [{"keyid": "key-1", "sig": base64.b64encode(signature).decode()}],
        }

    def bundle_digest(self) -> str:
        return sha256_hex(base64.b64decode(json.loads(self.envelope)["payload"]))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
