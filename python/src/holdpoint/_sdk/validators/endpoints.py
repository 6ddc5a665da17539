"""Requests to hosts that a policy names, not the program."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..tls_turns import MAY_FORK, TlsSocket


class EndpointAnswer(NamedTuple):
    """What came back; `location` of a redirect, else empty."""

    status: int
    location: str
    body: bytes


def resolve_host(host: str) -> Sequence[str]:
    """All addresses of a name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class AnswerTooLongError(ValueError):
    """The answer has more bytes than are read."""


class _Kept(NamedTuple):
    connection: http.client.HTTPConnection
    address: str
    # Connections do not outlive a fork.
    pid: int


_MOST_KEPT = 8

# What a connection does that the other side closes before it answers.
_CLOSED = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class _ClosedError(ConnectionError):
    """The other side closed the connection before it answered."""


class Endpoints:
    """Requests to addresses that were judged: the name is looked up each time, the connection goes to what came back.

    Follows no redirect, uses no proxy. `context`: trusted certificates, the system's unless given.
    """

    def __init__(
        self, resolve: Callable[[str], Sequence[str]] = resolve_host, context: ssl.SSLContext | None = None
    ) -> None:
        self._resolve = resolve
        self._context = context
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, int], list[_Kept]] = {}

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        until: float,
        max_bytes: int,
        may_reach: Callable[[str], bool],
        *,
        keep: bool = False,
        allow_http: bool = False,
    ) -> EndpointAnswer:
        """One hop; `until` is a time of `time.monotonic`. `keep`: the connection serves later requests too.

        Raises on a network error, a time-out, an address that is refused or a too long answer.
        """
        split = urlsplit(url)
        scheme, host = split.scheme, split.hostname or ""
        port = split.port or (443 if scheme == "https" else 80)
        addresses = [host] if _is_address(host) else self._resolve(host)
        if (
            not (scheme == "https" or (allow_http and scheme == "http"))
            or not addresses
            or not all(_is_address(one) and may_reach(one) for one in addresses)
        ):
            raise PermissionError(f"the host `{host[:64]}` has no address, or one of a private network")
        key = (scheme, host, port)
        path = (split.path or "/") + (f"?{split.query}" if split.query else "")
        message = (path, dict(headers), body, until, max_bytes)
        kept = self._take(key, addresses) if keep else None
        if kept is not None:
            with contextlib.suppress(_ClosedError):
                return self._exchange(key, kept, message, keep=True)
        return self._exchange(key, self._connect(key, addresses, until), message, keep=keep)

    def _exchange(
        self,
        key: tuple[str, str, int],
        kept: _Kept,
        message: tuple[str, dict[str, str], bytes, float, int],
        *,
        keep: bool,
    ) -> EndpointAnswer:
        path, headers, body, until, max_bytes = message
        connection, held, reusable = kept.connection, kept.connection.sock, False
        # Time-outs of sockets are for one read each: this ends all of them.
        watch = threading.Timer(_left(until), lambda: _cut(held))
        watch.daemon = True
        watch.start()
        try:
            held.settimeout(_left(until))
            if isinstance(held, (ssl.SSLSocket, TlsSocket)) and held.version() is None:
                held.do_handshake()
            try:
                connection.request("POST", path, body, headers)
                response = connection.getresponse()
            except _CLOSED as error:
                raise _ClosedError("the connection was closed") from error
            text = response.read(max_bytes + 1)
            if len(text) > max_bytes:
                raise AnswerTooLongError(f"the answer has more than {max_bytes} bytes")
            # What is left of the announced length; reading so many bytes does not notice by itself.
            if response.length:
                raise ConnectionResetError("the answer was broken off")
            if time.monotonic() > until:
                raise TimeoutError("no answer in time")
            reusable = keep and response.isclosed() and not response.will_close
            return EndpointAnswer(response.status, response.getheader("location") or "", text)
        finally:
            watch.cancel()
            if not (reusable and self._put_back(key, kept)):
                connection.close()
                held.close()

    def _connect(self, key: tuple[str, str, int], addresses: Sequence[str], until: float) -> _Kept:
        """A connection to the first address that takes one."""
        scheme, host, port = key
        for address in addresses:
            try:
                raw = socket.create_connection((address, port), timeout=_left(until))
            except OSError:
                if address == addresses[-1]:
                    raise
                continue
            # A body waits for nobody's acknowledgement of its headers.
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # The library's own for TLS would read all certificates again, inside OpenSSL and not behind the fork gate.
            connection = http.client.HTTPConnection(host, port)
            if scheme == "https":
                # The `Host` of a request names no port that goes without saying.
                connection.default_port = http.client.HTTPS_PORT
            # The certificate is that of the name.
            connection.sock = self._start_tls(raw, host) if scheme == "https" else raw
            # Never by itself to an address that was not judged.
            connection.auto_open = 0
            return _Kept(connection, address, os.getpid())
        raise OSError("no address")

    def _take(self, key: tuple[str, str, int], addresses: Sequence[str]) -> _Kept | None:
        """A kept connection to an address that was judged just now."""
        with self._lock:
            for kept in self._kept.get(key, ()):
                if kept.address in addresses and kept.pid == os.getpid():
                    self._kept[key].remove(kept)
                    return kept
        return None

    def _put_back(self, key: tuple[str, str, int], kept: _Kept) -> bool:
        with self._lock:
            idle = self._kept.setdefault(key, [])
            if len(idle) >= _MOST_KEPT:
                return False
            idle.append(kept)
            return True

    def _start_tls(self, raw: socket.socket, host: str) -> Any:
        if MAY_FORK:
            return TlsSocket(raw, self._create_context, host)
        return self._create_context().wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)

    def _create_context(self) -> ssl.SSLContext:
        """Made at the first question: reading the system's certificates takes a while."""
        if self._context is None:
            self._context = ssl.create_default_context()
        return self._context


def _cut(held: socket.socket | TlsSocket) -> None:
    try:
        # Not that of TLS, which would wait for the other side.
        socket.socket.shutdown(held.inner if isinstance(held, TlsSocket) else held, socket.SHUT_RDWR)
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
