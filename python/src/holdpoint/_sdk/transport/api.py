"""Calls to a control plane."""

from __future__ import annotations

# Loaded at the first look-up of a host otherwise, in another thread: a process forked meanwhile could never load it.
import encodings.idna  # noqa: F401
import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..._core import canonical_json
from ..._gen.tables import DEFAULT_GZIP_FROM_CHARS, DEFAULT_RETRY_AFTER_CAP_MS, MAX_ERROR_CHARS, MAX_REQUEST_BYTES
from ..clock import now_ms
from .http_outcome import outcome_of, read_retry_after_ms

if TYPE_CHECKING:
    import httpx

# What a server answers that does not know the encoding of a body (RFC 9110, 15.5.16).
_MAY_MEAN_NO_GZIP = (400, 415)
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What came back. `status` is 0 when nothing did; `problem` says why, or the code and message of the error."""

    outcome: str
    status: int
    text: str
    retry_after_ms: float | None
    problem: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Api:
    """HTTP to one control plane. Redirects are not followed: a key must not travel elsewhere."""

    def __init__(self, base_url: str, api_key: str | None, timeout_ms: float) -> None:
        # Loaded with the first client that has a control plane, in the thread that makes it: loading takes as long as
        # half of the rest, and no thread of ours loads anything, for the sake of forks.
        import httpx  # noqa: PLC0415

        from .deadline import Deadlines  # noqa: PLC0415

        self._http = httpx
        self.base_url = base_url
        self._timeout_s = timeout_ms / 1000
        self._headers = {"accept": "application/json"}
        if api_key is not None:
            self._headers["x-api-key"] = api_key
        self._takes_gzip = True
        self._deadlines = Deadlines()
        # Made once: reading the certificates takes a while, and a process that was just forked leaves OpenSSL alone.
        self._tls = httpx.create_ssl_context()
        self._client = self._open()

    def reopen(self) -> None:
        """Forgets all connections, which belong to the process that this one was forked from."""
        self._client = self._open()

    def _open(self) -> httpx.Client:
        client = self._http.Client(
            headers=self._headers, timeout=self._timeout_s, follow_redirects=False, verify=self._tls
        )
        return self._deadlines.bind(client)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_REQUEST_BYTES,
        compress: bool = False,
    ) -> ApiAnswer:
        """One call, `body` as JSON or `text` that is JSON already. Never raises: a failure is an answer.

        `compress` sends a long body with gzip, unless the server has refused that before (clause S-10).
        """
        try:
            content = text if text is not None else None if body is None else canonical_json(body)
            sent = dict(headers or {})
            if content is None:
                return self._send(method, path, None, sent, max_bytes)
            sent["content-type"] = "application/json"
            if not (compress and self._takes_gzip and len(content) >= DEFAULT_GZIP_FROM_CHARS):
                return self._send(method, path, content.encode(), sent, max_bytes)
            # The fastest level: it halves what the slowest would save, for a tenth of the time.
            packed = gzip.compress(content.encode(), 1)
            answer = self._send(method, path, packed, {**sent, "content-encoding": "gzip"}, max_bytes)
            # A server that knows no gzip says so, or takes it for malformed JSON: it is asked once more without.
            if answer.status in _MAY_MEAN_NO_GZIP:
                answer = self._send(method, path, content.encode(), sent, max_bytes)
                self._takes_gzip = answer.outcome != "ok"
        except Exception as error:  # noqa: BLE001 - whatever the network does is an answer
            return ApiAnswer(
                outcome_of(0), 0, "", None, f"not reached: {_one_line(str(error)) or type(error).__name__}"
            )
        return answer

    def _send(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str], max_bytes: int
    ) -> ApiAnswer:
        url = self.base_url + path
        # From the first byte to the last: a server may drip as slowly as it likes.
        with (
            self._deadlines.within(self._timeout_s),
            self._client.stream(method, url, content=data, headers=headers) as response,
        ):
            if response.is_redirect and response.status_code != _NOT_MODIFIED:
                # Whoever stands in between is not the control plane: nothing has been refused.
                raise ConnectionError("the answer is a redirect")
            return _to_answer(response.status_code, _read(response, max_bytes), dict(response.headers))

    @contextmanager
    def stream(self, path: str, idle_ms: float) -> Iterator[httpx.Response]:
        """A long-lived answer; silent for longer than that, it ends. It has to begin within that time as well."""
        timeout = self._http.Timeout(self._timeout_s, read=idle_ms / 1000)
        headers = {"accept": "text/event-stream"}
        with ExitStack() as stack:
            with self._deadlines.within(max(self._timeout_s, idle_ms / 1000)):
                call = self._client.stream("GET", self.base_url + path, timeout=timeout, headers=headers)
                response = stack.enter_context(call)
            yield response

    def close(self) -> None:
        """Ends every call. Never raises."""
        self._client.close()


def _read(response: httpx.Response, max_bytes: int) -> str:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > max_bytes:
            raise ValueError(f"the answer has more than {max_bytes} bytes")
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def parse_json(text: str) -> Any:
    """A JSON text as a value; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def member(value: Any, *names: str) -> Any:
    """A member of nested objects; None when there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _to_answer(status: int, text: str, headers: Mapping[str, str]) -> ApiAnswer:
    outcome = outcome_of(status)
    wait_ms = read_retry_after_ms(headers.get("retry-after"), now_ms(), DEFAULT_RETRY_AFTER_CAP_MS)
    problem = "" if outcome in ("ok", "unchanged") else f"answered {status}{_read_error(text)}"
    return ApiAnswer(outcome, status, text, wait_ms, problem, headers)


def _read_error(text: str) -> str:
    """Code and message of `{error: {code, message}}`."""
    error = member(parse_json(text), "error")
    code, message = member(error, "code"), member(error, "message")
    if not isinstance(code, str):
        return ""
    return f" {_one_line(code)}" + (f" {_one_line(message)}" if isinstance(message, str) else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_ERROR_CHARS]
