"""A scripted server whose clients may leave when they like."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

# What a server sees of a client that was killed, was told to give up, or refuses its certificate.
_LEFT = (ConnectionError, ssl.SSLError, TimeoutError)


class QuietServer(ThreadingHTTPServer):
    """Says nothing of connections that break, and everything of what is wrong in a test. Speaks TLS with `context`."""

    daemon_threads = True
    # Where many workers come at once, none has to knock again.
    request_queue_size = 128
    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.context is None:
            return connection, address
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], _LEFT):
            super().handle_error(request, client_address)


def make_certificate(folder: Path, name: str = "IP:127.0.0.1") -> tuple[Path, Path]:
    """Files of a certificate that is its own authority, and of its key. `name`: as `subjectAltName` has it."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", f"/CN={name.partition(':')[2]}", "-addext", f"subjectAltName={name}"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *curve, "-keyout", str(key), "-out", str(cert), *subject]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


def serve_with(cert: Path, key: Path) -> ssl.SSLContext:
    """What a server speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context
