"""TLS that waits for the network outside of OpenSSL, so that a process can be forked meanwhile."""

from __future__ import annotations

import select
import socket
import ssl
from typing import Any

import httpcore

from ..fork_gate import fork_gate
from ..tls_turns import MAY_FORK, wait_for, work_in_turns


def start_tls(
    stream: httpcore.NetworkStream, context: ssl.SSLContext, host: str | None, timeout_s: float | None
) -> httpcore.NetworkStream:
    """A stream over one that is connected. Raises httpcore.ConnectError or ConnectTimeout; it is closed then."""
    raw = stream.get_extra_info("socket")
    # TLS inside TLS, to a proxy, is the library's own; where nothing is forked there is nothing to mind.
    if type(raw) is not socket.socket or not MAY_FORK:
        return stream.start_tls(context, host, timeout_s)
    try:
        raw.setblocking(False)
        with fork_gate:
            wrapped = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
        work_in_turns(wrapped, wrapped.do_handshake, timeout_s)
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
            return work_in_turns(self._socket, lambda: self._socket.recv(max_bytes), timeout)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                view = view[work_in_turns(self._socket, lambda view=view: self._socket.send(view), timeout) :]  # type: ignore[misc]
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
        return self._socket.fileno() < 0 or wait_for(self._socket, select.POLLIN, 0)
