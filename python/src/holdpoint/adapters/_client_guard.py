"""The guard below the clients of OpenAI and Anthropic: what they send, and what comes back."""

from __future__ import annotations

import json
import re
import sys
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from .. import AsyncHoldpoint, ConfigError, EnforcementHaltError, Holdpoint, SpanHandle, TraceHandle
from .._gen.tables import DEFAULT_ADAPTER_OPEN_RUNS
from ._client_checks import Check, Question, check_answer, check_request, memory_of
from ._identity import Identity, halting
from ._identity import find_halt as find_raised_halt
from ._wire import Json, ReadRequest, Said, Wire, all_texts
from ._wire_chat import ChatCompletions
from ._wire_events import EventStream
from ._wire_messages import Messages
from ._wire_responses import Responses

C = TypeVar("C")
T = TypeVar("T")

HALT_HEADER = "x-holdpoint-halt"
_GUARD = "_holdpoint_guard"

# By the end of the path, with or without the id of a stored answer. Microsoft's and Google's addresses end alike.
_WIRES: list[tuple[re.Pattern[str], Wire]] = [
    (re.compile(r"/(chat/)?completions(/[^/]+)?$"), ChatCompletions()),
    (re.compile(r"/responses(/[^/]+(/cancel)?)?$"), Responses()),
    (re.compile(r"/messages$|:(streamR|r)awPredict$|/invoke(-with-response-stream)?$"), Messages()),
]

# Longest answer that is held until it is checked.
_MAX_ANSWER_BYTES = 32 * 1024 * 1024
# What described another body.
_BODY_HEADERS = frozenset({"content-length", "content-encoding", "transfer-encoding", "etag", "digest"})

_halts: dict[str, EnforcementHaltError] = {}
_lock = threading.Lock()


def find_halt(error: BaseException | None) -> EnforcementHaltError | None:
    """Our error inside whatever a client raised: itself, along its causes, or by the answer. None without one."""
    found = find_raised_halt(error)
    headers = getattr(getattr(error, "response", None), "headers", {})
    return found or _halts.get(headers.get(HALT_HEADER, ""))


class Guard:
    """What one agent's requests go through."""

    def __init__(
        self,
        hp: Holdpoint | AsyncHoldpoint,
        who: Identity,
        trace: TraceHandle | None,
        parent_span_id: str | None,
    ) -> None:
        self.client = hp if isinstance(hp, AsyncHoldpoint) else AsyncHoldpoint(hp)
        self._who = who
        self._trace = trace
        self._parent_span_id = parent_span_id
        self._memory = memory_of(self.client.sync)

    def send(self, request: Any, send: Callable[[Any], Any]) -> Any:
        """One request, and its answer when it is complete and checked. What is stopped is answered with status 403."""
        step = _Step(request)
        try:
            self._drive(self._before(step))
        except EnforcementHaltError as halt:
            return _refuse(request, halt)
        with _ending(step):
            response = send(step.request)
            if not step.is_read(response):
                return response
            response.read()
            response.close()
            try:
                return self._drive(self._after(step, response))
            except EnforcementHaltError as halt:
                step.end(halt)
                return _refuse(request, halt)

    async def asend(self, request: Any, send: Callable[[Any], Any]) -> Any:
        """The same in a loop."""
        step = _Step(request)
        try:
            await self._adrive(self._before(step))
        except EnforcementHaltError as halt:
            return _refuse(request, halt)
        with _ending(step):
            response = await send(step.request)
            if not step.is_read(response):
                return response
            await response.aread()
            await response.aclose()
            try:
                return await self._adrive(self._after(step, response))
            except EnforcementHaltError as halt:
                step.end(halt)
                return _refuse(request, halt)

    def _drive(self, check: Check[T]) -> T:
        with halting():
            try:
                verb, fields = next(check)
                while True:
                    verb, fields = check.send(getattr(self.client.sync, verb)(trace=self._trace, **fields))
            except StopIteration as done:
                return cast(T, done.value)

    async def _adrive(self, check: Check[T]) -> T:
        with halting():
            try:
                verb, fields = next(check)
                while True:
                    verb, fields = check.send(await getattr(self.client, verb)(trace=self._trace, **fields))
            except StopIteration as done:
                return cast(T, done.value)

    def _before(self, step: _Step) -> Check[None]:
        body = _read_body(step.request)
        if body is None:
            fields = self._who.fields()
            if self.client.sync.evaluate(agent_id=fields["agent_id"]).verdict == "paused":
                yield "enforce_policy", {"phase": "input", **fields}
            return
        before = json.dumps(body)
        unknown = ReadRequest(None, [Said("user", all_texts(body))], [], [])
        read = step.wire.read_request(body) if step.wire else unknown
        step.approved = yield from check_request(self.client.sync, self._memory, self._who, read)
        step.model = read.model
        if json.dumps(body) != before:
            step.request = _with_body(step.request, body)
        if self._trace is not None:
            name = read.model or "model"
            step.span = self._trace.span(name, span_type="llm", parent_span_id=self._parent_span_id)

    def _after(self, step: _Step, response: Any) -> Check[Any]:
        wire = cast(Wire, step.wire)
        if len(response.content) > _MAX_ANSWER_BYTES:
            raise ValueError("the answer is too long to be held until it is checked")
        text = response.content.decode("utf-8")
        if text == "":
            return response
        if "text/event-stream" in response.headers.get("content-type", ""):
            stream = EventStream(text)
            answer = wire.read_events(stream.events)
            yield from check_answer(self._memory, self._who, answer, step.approved)
            written = stream.write()
        else:
            body = json.loads(text)
            if not isinstance(body, dict):
                raise TypeError("an answer that is no object cannot be checked")
            answer = wire.read_answer(body)
            yield from check_answer(self._memory, self._who, answer, step.approved)
            written = json.dumps(body, ensure_ascii=False)
        if answer.usage is not None and self._trace is not None:
            asked, answered = answer.usage
            self._trace.record_usage(
                prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered, model_name=step.model
            )
        return _remake(response, step.request, written)


class _Step:
    """One request on its way."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.wire = next((wire for pattern, wire in _WIRES if pattern.search(request.url.path)), None)
        self.approved: Question | None = None
        self.model: str | None = None
        self.span: SpanHandle | None = None

    def is_read(self, response: Any) -> bool:
        """True when the answer is to be checked; what a server has refused is not."""
        return self.wire is not None and 200 <= response.status_code < 300

    def end(self, error: BaseException | None = None) -> None:
        """Ends the span, once."""
        if self.span is None:
            return
        status = None if error is None else "policy_blocked" if isinstance(error, EnforcementHaltError) else "error"
        self.span.end(status=status, error=error)


class _ending:  # noqa: N801 - used like a function
    def __init__(self, step: _Step) -> None:
        self._step = step

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._step.end(error)


def guard_client(
    client: C,
    hp: Holdpoint | AsyncHoldpoint,
    who: Identity,
    trace: TraceHandle | None,
    parent_span_id: str | None,
) -> C:
    """A copy of a client whose requests go through a guard; what is stopped is raised as it is."""
    inner = getattr(client, "_client", None)
    copy = getattr(client, "copy", None)
    if inner is None or not callable(copy):
        raise ConfigError(f"expected a client of OpenAI or Anthropic, not `{type(client).__name__}`")
    guarded = _guard_http(inner, Guard(hp, who, trace, parent_span_id))
    return cast(C, _surface_halts(copy(http_client=guarded)))


def guard_of(client: Any) -> Guard | None:
    """The guard of a client's requests; None when there is none."""
    guard = getattr(getattr(client, "_client", None), "__dict__", {}).get(_GUARD)
    return guard if isinstance(guard, Guard) else None


def _guard_http(inner: Any, guard: Guard) -> Any:
    """The same HTTP client with another `send`. Of the library's own class: those of the SDKs close it when let go."""
    known = guard_of_http(inner)
    if known is not None:
        raise ConfigError("the client is guarded already")
    cls: Any = next(one for one in type(inner).__mro__ if one.__module__.partition(".")[0] in ("httpx", "httpx2"))
    guarded = cls.__new__(cls)
    guarded.__dict__.update(inner.__dict__)
    if hasattr(inner, "aclose"):

        async def asend(request: Any, **options: Any) -> Any:
            return await guard.asend(request, lambda one: inner.send(one, **options))

        guarded.__dict__.update(send=asend, aclose=inner.aclose)
    else:

        def send(request: Any, **options: Any) -> Any:
            return guard.send(request, lambda one: inner.send(one, **options))

        guarded.__dict__.update(send=send, close=inner.close)
    guarded.__dict__[_GUARD] = guard
    return guarded


def guard_of_http(http: Any) -> Guard | None:
    """The guard of an HTTP client."""
    guard = getattr(http, "__dict__", {}).get(_GUARD)
    return guard if isinstance(guard, Guard) else None


def _surface_halts(client: Any) -> Any:
    """An answer of ours becomes our error, in the client and in those that are made of it."""
    make, copy = client._make_status_error, client.copy

    def make_status_error(message: str, *, body: object, response: Any) -> Any:
        return _halts.get(response.headers.get(HALT_HEADER, "")) or make(message, body=body, response=response)

    def copy_client(**options: Any) -> Any:
        return _surface_halts(copy(**options))

    client._make_status_error = make_status_error
    client.copy = client.with_options = copy_client
    return client


def _read_body(request: Any) -> Json | None:
    """The JSON that is about to be sent; None for a form with files, or for no body at all."""
    if request.method != "POST" or request.headers.get("content-type", "").startswith("multipart/"):
        return None
    content = request.read()
    if not content:
        return None
    body = json.loads(content)
    if not isinstance(body, dict):
        raise TypeError("a body that is no object cannot be checked")
    return body


def _with_body(request: Any, body: Json) -> Any:
    headers = [(name, value) for name, value in request.headers.multi_items() if name.lower() not in _BODY_HEADERS]
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return type(request)(
        request.method, request.url, headers=headers, content=content, extensions=dict(request.extensions)
    )


def _refuse(request: Any, halt: EnforcementHaltError) -> Any:
    """The answer to a request that may not be made, as a server would refuse it: not to be tried again."""
    halt_id = str(uuid.uuid4())
    with _lock:
        _halts[halt_id] = halt
        if len(_halts) > DEFAULT_ADAPTER_OPEN_RUNS:
            del _halts[next(iter(_halts))]
    error = {"type": halt.code, "code": halt.code, "message": str(halt)}
    headers = {"content-type": "application/json", "x-should-retry": "false", HALT_HEADER: halt_id}
    content = json.dumps({"type": "error", "error": error}).encode()
    return _library(request).Response(403, headers=headers, content=content, request=request)


def _remake(response: Any, request: Any, text: str) -> Any:
    """The same answer with another body."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _BODY_HEADERS]
    made = _library(request).Response(
        response.status_code,
        headers=headers,
        content=text.encode("utf-8", "surrogatepass"),
        request=request,
        extensions={key: value for key, value in response.extensions.items() if key != "network_stream"},
    )
    with suppress(Exception):
        made.elapsed = response.elapsed
    return made


def _library(request: Any) -> Any:
    return sys.modules[type(request).__module__.partition(".")[0]]
