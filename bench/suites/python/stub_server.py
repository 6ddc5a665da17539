"""A control plane that signs nothing and takes everything, in a process of its own: it must not share the lock.

Prints its URL; ends with its standard input.
"""

from __future__ import annotations

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer go out in one piece, as servers do it: the second of two waits 40 ms for the first.
    wbufsize = -1

    def do_GET(self) -> None:
        self._answer(503)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self._answer(202)

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, status: int) -> None:
        # How many they were it does not say, for it does not read them.
        body = b"{}"
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serves until nobody listens any more."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
