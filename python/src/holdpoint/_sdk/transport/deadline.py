"""A time by which a whole call is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from .tls_stream import start_tls


class Deadlines:
    """The deadline of the call that each thread makes. An HTTP library bounds each read and write by itself alone."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def within(self, timeout_s: float) -> Iterator[None]:
        """Whatever this thread reads, writes or connects to inside the block is over by then."""
        self._local.until = time.monotonic() + timeout_s
        try:
            yield
        finally:
            self._local.until = None

    def left_s(self, timeout_s: float | None) -> float | None:
        """What a time-out may still be. Raises httpcore.ReadTimeout when there is no time left."""
        until: float | None = getattr(self._local, "until", None)
        if until is None:
            return timeout_s
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return left_s if timeout_s is None else min(timeout_s, left_s)

    def bind(self, client: httpx.Client) -> httpx.Client:
        """The same client, on streams that know the deadline; those to the proxies of the environment as well."""
        # The library has no public way to give its client a network backend without giving up those proxies.
        for transport in (client._transport, *client._mounts.values()):
            pool: Any = getattr(transport, "_pool", None)
            backend = getattr(pool, "_network_backend", None)
            if backend is not None:
                pool._network_backend = _Backend(backend, self)
        return client


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend, deadlines: Deadlines) -> None:
        self._backend = backend
        self._deadlines = deadlines

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left_s = self._deadlines.left_s(timeout)
        return _Stream(self._backend.connect_tcp(host, port, left_s, local_address, socket_options), self._deadlines)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        left_s = self._deadlines.left_s(timeout)
        return _Stream(self._backend.connect_unix_socket(path, left_s, socket_options), self._deadlines)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadlines: Deadlines) -> None:
        self._stream = stream
        self._deadlines = deadlines

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadlines.left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadlines.left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left_s = self._deadlines.left_s(timeout)
        return _Stream(start_tls(self._stream, ssl_context, server_hostname, left_s), self._deadlines)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
