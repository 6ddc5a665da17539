"""TLS that waits for the network outside of OpenSSL, so that a process can be forked meanwhile."""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpcore

from ..fork_gate import fork_gate

_T = TypeVar("_T")


def start_tls(
    stream: httpcore.NetworkStream, context: ssl.SSLContext, host: str | None, timeout_s: float | None
) -> httpcore.NetworkStream:
    """A stream over one that is connected. Raises httpcore.ConnectError or ConnectTimeout; it is closed then."""
    raw = stream.get_extra_info("socket")
    # TLS inside TLS, to a proxy, is the library's own; where nothing is forked there is nothing to mind.
    if type(raw) is not socket.socket or not hasattr(os, "register_at_fork"):
        return stream.start_tls(context, host, timeout_s)
    try:
        raw.setblocking(False)
        with fork_gate:
            wrapped = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
        _work(wrapped, wrapped.do_handshake, timeout_s)
    except TimeoutError as error:
        raw.close()
        raise httpcore.ConnectTimeout(str(error)) from error
    except (OSError, ValueError) as error:
        raw.close()
        raise httpcore.ConnectError(str(error)) from error
    return _TlsStream(wrapped)


class _TlsStream(httpcore.NetworkStream):
    def __init__(self, wrapped: ssl.SSLSocket) -> None:
        self._socket = wrapped

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return _work(self._socket, lambda: self._socket.recv(max_bytes), timeout)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                view = view[_work(self._socket, lambda view=view: self._socket.send(view), timeout) :]  # type: ignore[misc]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info in ("socket", "ssl_object"):
            return self._socket
        if info == "client_addr":
            return self._socket.getsockname()
        if info == "server_addr":
            return self._socket.getpeername()
        return self._is_readable() if info == "is_readable" else None

    def _is_readable(self) -> bool:
        """An idle connection that can be read has been closed by the other side."""
        return self._socket.fileno() < 0 or _wait(self._socket, select.POLLIN, 0)


def _work(wrapped: ssl.SSLSocket, call: Callable[[], _T], timeout_s: float | None) -> _T:
    """Its result, as soon as the network allows. Raises TimeoutError or OSError."""
    until = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        try:
            with fork_gate:
                return call()
        except ssl.SSLWantReadError:
            event = select.POLLIN
        except ssl.SSLWantWriteError:
            event = select.POLLOUT
        if not _wait(wrapped, event, None if until is None else max(0.0, until - time.monotonic())):
            raise TimeoutError("the other side took too long")


def _wait(wrapped: ssl.SSLSocket, event: int, timeout_s: float | None) -> bool:
    """False when nothing happened in time."""
    poll = select.poll()
    poll.register(wrapped, event)
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))
