"""TLS in turns: OpenSSL works behind the fork gate, the network is waited for outside of it."""

from __future__ import annotations

import io
import os
import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from .fork_gate import fork_gate

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_T = TypeVar("_T")

# Where nothing is forked there is nothing to mind.
MAY_FORK = hasattr(os, "register_at_fork")


def work_in_turns(wrapped: ssl.SSLSocket, call: Callable[[], _T], timeout_s: float | None) -> _T:
    """Its result, as soon as the network allows, of a socket that does not block. Raises TimeoutError or OSError."""
    until = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        try:
            with fork_gate:
                return call()
        except ssl.SSLWantReadError:
            event = select.POLLIN
        except ssl.SSLWantWriteError:
            event = select.POLLOUT
        if not wait_for(wrapped, event, None if until is None else max(0.0, until - time.monotonic())):
            raise TimeoutError("the other side took too long")


def wait_for(wrapped: ssl.SSLSocket, event: int, timeout_s: float | None) -> bool:
    """False when nothing happened in time."""
    poll = select.poll()
    poll.register(wrapped, event)
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))


class TlsSocket:
    """What `http.client` needs of a socket, over one that is connected. The handshake is made when it is asked for."""

    def __init__(self, raw: socket.socket, create_context: Callable[[], ssl.SSLContext], host: str) -> None:
        self._timeout_s = raw.gettimeout()
        self._readers = 0
        self._is_closed = False
        raw.setblocking(False)
        with fork_gate:
            self.inner = create_context().wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)

    def settimeout(self, timeout_s: float) -> None:
        """For one read or write each."""
        self._timeout_s = timeout_s

    def version(self) -> str | None:
        """The protocol's, None before the handshake."""
        return self.inner.version()

    def do_handshake(self) -> None:
        """Raises OSError when the certificate is none of the name."""
        work_in_turns(self.inner, self.inner.do_handshake, self._timeout_s)

    def sendall(self, data: ReadableBuffer) -> None:
        """All of it."""
        view = memoryview(data)
        while view:
            view = view[work_in_turns(self.inner, lambda view=view: self.inner.send(view), self._timeout_s) :]  # type: ignore[misc]

    def recv_into(self, buffer: WriteableBuffer) -> int:
        """How many bytes came, 0 at the end."""
        return work_in_turns(self.inner, lambda: self.inner.recv_into(buffer), self._timeout_s)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What is read of it, buffered. It can be read to its end when the socket has been closed before."""
        self._readers += 1
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """When nobody reads any more. Does not wait for the other side."""
        self._is_closed = True
        self._end()

    def leave(self) -> None:
        """One that reads is closed."""
        self._readers -= 1
        self._end()

    def _end(self) -> None:
        if self._is_closed and self._readers <= 0:
            self.inner.close()


class _Reader(io.RawIOBase):
    def __init__(self, source: TlsSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._source.recv_into(buffer)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._source.leave()
