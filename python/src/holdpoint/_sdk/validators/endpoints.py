"""Requests to hosts that a policy names, not the program."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit


class EndpointAnswer(NamedTuple):
    """What came back; `location` of a redirect, else empty."""

    status: int
    location: str
    body: bytes


def resolve_host(host: str) -> Sequence[str]:
    """All addresses of a name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Endpoints:
    """HTTPS to addresses that were judged: the name is looked up once, the connection goes to what came back.

    Follows no redirect, uses no proxy. `context`: trusted certificates, the system's unless given.
    """

    def __init__(
        self, resolve: Callable[[str], Sequence[str]] = resolve_host, context: ssl.SSLContext | None = None
    ) -> None:
        self._resolve = resolve
        self._context = context

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        until: float,
        max_bytes: int,
        may_reach: Callable[[str], bool],
    ) -> EndpointAnswer:
        """One hop; `until` is a time of `time.monotonic`.

        Raises on a network error, a time-out, an address that is refused or a too long answer.
        """
        split = urlsplit(url)
        host, port = split.hostname or "", split.port or 443
        addresses = [host] if _is_address(host) else self._resolve(host)
        if (
            split.scheme != "https"
            or not addresses
            or not all(_is_address(one) and may_reach(one) for one in addresses)
        ):
            raise PermissionError(f"the host `{host[:64]}` has no address, or one of a private network")
        connection = http.client.HTTPSConnection(host, port)
        raw = socket.create_connection((addresses[0], port), timeout=_left(until))
        # Time-outs of sockets are for one read each: this ends all of them.
        held: list[socket.socket] = [raw]
        watch = threading.Timer(_left(until), lambda: _cut(held[0]))
        watch.daemon = True
        watch.start()
        try:
            # The certificate is that of the name.
            tls = self._create_context().wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
            connection.sock = held[0] = tls
            tls.do_handshake()
            path = (split.path or "/") + (f"?{split.query}" if split.query else "")
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            text = response.read(max_bytes + 1)
            if len(text) > max_bytes:
                raise ValueError(f"the answer has more than {max_bytes} bytes")
            if time.monotonic() > until:
                raise TimeoutError("no answer in time")
            return EndpointAnswer(response.status, response.getheader("location") or "", text)
        finally:
            watch.cancel()
            connection.close()
            held[0].close()

    def _create_context(self) -> ssl.SSLContext:
        """Made at the first question: reading the system's certificates takes a while."""
        if self._context is None:
            self._context = ssl.create_default_context()
        return self._context


def _cut(held: socket.socket) -> None:
    try:
        # Not that of TLS, which would wait for the other side.
        socket.socket.shutdown(held, socket.SHUT_RDWR)
    except OSError:
        return


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
