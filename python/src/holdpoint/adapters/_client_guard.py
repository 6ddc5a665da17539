"""The guard below the clients of OpenAI and Anthropic: what they send, and what comes back."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from typing import Any, TypeVar, cast

from .. import (
    AsyncHoldpoint,
    ConfigError,
    EnforcementHaltError,
    EnforcementUnavailableError,
    Holdpoint,
    SpanHandle,
    TraceHandle,
)
from ._client_checks import Check, check_answer, check_request, memory_of
from ._client_http import (
    MAX_ANSWER_BYTES,
    halt_of_answer,
    is_form,
    is_plain,
    is_readable,
    read_body,
    read_unknown,
    refuse,
    remake,
    remake_async_stream,
    remake_stream,
    with_body,
    words_of,
)
from ._client_sockets import copying, watch_sockets
from ._client_step import Step, closing, ending
from ._client_stream import aread_blocks, check_held, create_flow, read_blocks, write_flowing
from ._identity import Identity, halting
from ._identity import find_halt as find_raised_halt
from ._wire import ReadAnswer, ReadRequest, Said, Wire, all_texts
from ._wire_events import EventStream
from ._wire_pieces import drop_probabilities
from ._wire_rest import read_whole, with_rest_of_events, with_rest_of_request

C = TypeVar("C")
T = TypeVar("T")

_GUARD = "_holdpoint_guard"


def find_halt(error: BaseException | None) -> EnforcementHaltError | None:
    """Our error inside whatever a client raised: itself, along its causes, or by the answer. None without one."""
    return find_raised_halt(error) or halt_of_answer(getattr(error, "response", None))


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
        """One request; its answer when it is checked, a stream as it is judged. A stopped one is answered with 403."""
        step = Step(request)
        with ending(step):
            try:
                self._drive(self._before(step), step)
            except EnforcementHaltError as halt:
                step.end(halt)
                return refuse(request, halt)
            response = send(step.request)
            self._count_unread(step, response)
            if not step.is_read(response):
                return response
            if step.is_flowing(response):
                step.is_open = True
                return remake_stream(response, step.request, self._flow(step, response), response.close)
            response.read()
            response.close()
            try:
                return self._drive(self._after(step, response), step)
            except EnforcementHaltError as halt:
                step.end(halt)
                return refuse(request, halt)

    async def asend(self, request: Any, send: Callable[[Any], Any]) -> Any:
        """The same in a loop."""
        step = Step(request)
        with ending(step):
            try:
                await self._adrive(self._before(step), step)
            except EnforcementHaltError as halt:
                step.end(halt)
                return refuse(request, halt)
            response = await send(step.request)
            self._count_unread(step, response)
            if not step.is_read(response):
                return response
            if step.is_flowing(response):
                step.is_open = True
                return remake_async_stream(response, step.request, self._aflow(step, response), response.aclose)
            await response.aread()
            await response.aclose()
            try:
                return await self._adrive(self._after(step, response), step)
            except EnforcementHaltError as halt:
                step.end(halt)
                return refuse(request, halt)

    def _flow(self, step: Step, response: Any) -> Generator[bytes, None, None]:
        """The bytes of a stream as they may go out. Raises what stops it."""
        wire = cast(Wire, step.wire)
        flow = create_flow(wire)
        with closing(step):
            blocks = read_blocks(wire, response)
            for block in flow.run(self.client.sync, blocks, self._about(step), self._who.fields()):
                yield write_flowing(block, flow)
            answer = self._drive(check_held(self.client.sync, self._memory, self._who, step.approved, wire, flow), step)
            self._record_usage(step, answer)
            for block in flow.held:
                yield write_flowing(block, flow)

    async def _aflow(self, step: Step, response: Any) -> AsyncGenerator[bytes, None]:
        """The same in a loop."""
        wire = cast(Wire, step.wire)
        flow = create_flow(wire)
        with closing(step):
            blocks = aread_blocks(wire, response)
            async with aclosing(flow.arun(self.client, blocks, self._about(step), self._who.fields())) as flowing:
                async for block in flowing:
                    yield write_flowing(block, flow)
            answer = await self._adrive(
                check_held(self.client.sync, self._memory, self._who, step.approved, wire, flow), step
            )
            self._record_usage(step, answer)
            for block in flow.held:
                yield write_flowing(block, flow)

    def _count_unread(self, step: Step, response: Any) -> None:
        """What nobody here knows how to read went by without a verdict (clause R-7)."""
        if is_form(step.request):
            self.client.report_ungoverned("no_handler", "model-client.form")
        elif step.wire is None and response.is_success and not is_readable(response):
            self.client.report_ungoverned("no_handler", "model-client.answer")

    def _record_usage(self, step: Step, answer: ReadAnswer) -> None:
        if answer.usage is not None and self._trace is not None:
            asked, answered = answer.usage
            self._trace.record_usage(
                prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered, model_name=step.model
            )

    def _about(self, step: Step) -> TraceHandle | SpanHandle | None:
        return step.span or self._trace

    def _drive(self, check: Check[T], step: Step) -> T:
        with halting():
            try:
                verb, fields = next(check)
                while True:
                    verb, fields = check.send(getattr(self.client.sync, verb)(trace=self._about(step), **fields))
            except StopIteration as done:
                return cast(T, done.value)

    async def _adrive(self, check: Check[T], step: Step) -> T:
        with halting():
            try:
                verb, fields = next(check)
                while True:
                    verb, fields = check.send(await getattr(self.client, verb)(trace=self._about(step), **fields))
            except StopIteration as done:
                return cast(T, done.value)

    def _before(self, step: Step) -> Check[None]:
        body = read_body(step.request)
        if body is None:
            fields = self._who.fields()
            if self.client.sync.evaluate(agent_id=fields["agent_id"]).verdict == "paused":
                yield "enforce_policy", {"phase": "input", **fields}
            yield from self._check_query(step)
            return
        yield from self._check_query(step)
        before = json.dumps(body)
        unknown = ReadRequest(None, [Said("user", all_texts(body))], [], [])
        read = with_rest_of_request(body, step.wire.read_request(body)) if step.wire else unknown
        if self._trace is not None:
            name = read.model or "model"
            step.span = self._trace.span(name, span_type="llm", parent_span_id=self._parent_span_id)
        step.approved = yield from check_request(self.client.sync, self._memory, self._who, read)
        step.model = read.model
        step.may_flow = step.wire is not None and step.wire.may_flow(body)
        if json.dumps(body) != before:
            step.request = with_body(step.request, body)

    def _check_query(self, step: Step) -> Check[None]:
        """What an address asks for in words is an input."""
        words = words_of(step.request)
        if not words:
            return
        decision = yield "enforce_policy", {"phase": "input", "input": "\n".join(words), **self._who.fields()}
        if decision.transforms:
            raise EnforcementUnavailableError("a text in an address cannot be replaced")

    def _after(self, step: Step, response: Any) -> Check[Any]:
        wire = step.wire
        if len(response.content) > MAX_ANSWER_BYTES:
            raise ValueError("the answer is too long to be held until it is checked")
        if response.content == b"":
            return response
        if wire is not None and "text/event-stream" in response.headers.get("content-type", ""):
            stream = EventStream(response.content.decode("utf-8"))
            answer = with_rest_of_events(stream.events, wire.read_events(stream.events))
            if (yield from check_answer(self.client.sync, self._memory, self._who, answer, step.approved)):
                drop_probabilities(stream.events)
            written: str | None = stream.write()
        else:
            kind = response.headers.get("content-type", "")
            bodies = read_unknown(response.content, kind) if wire is None else [json.loads(response.content)]
            if bodies is None:
                self.client.report_ungoverned("no_handler", "model-client.answer")
                return remake(response, step.request, None)
            if wire is not None and not isinstance(bodies[0], dict):
                raise TypeError("an answer that is no object cannot be checked")
            answer = read_whole(bodies) if wire is None else read_whole(bodies[0], wire)
            written = None
            if (yield from check_answer(self.client.sync, self._memory, self._who, answer, step.approved)):
                drop_probabilities(bodies)
                is_text = is_plain(kind) and isinstance(bodies[0], str)
                written = "\n".join(body if is_text else json.dumps(body, ensure_ascii=False) for body in bodies)
        self._record_usage(step, answer)
        return remake(response, step.request, written)


def guard_client(
    client: C,
    hp: Holdpoint | AsyncHoldpoint,
    who: Identity,
    trace: TraceHandle | None,
    parent_span_id: str | None,
) -> C:
    """A copy of a client whose requests go through a guard; what is stopped is raised as it is.

    Clients made of it are guarded, too, whatever HTTP client they are given; sockets are counted as ungoverned.
    """
    inner = getattr(client, "_client", None)
    copy = getattr(client, "copy", None)
    if inner is None or not callable(copy):
        raise ConfigError(f"expected a client of OpenAI or Anthropic, not `{type(client).__name__}`")
    guard = Guard(hp, who, trace, parent_span_id)
    return cast(C, _surface_halts(copy(http_client=_guard_http(inner, guard)), guard))


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


def _surface_halts(client: Any, guard: Guard) -> Any:
    """An answer of ours becomes our error, in the client and in those that are made of it."""
    make, copy = client._make_status_error, client.copy

    def make_status_error(message: str, *, body: object, response: Any) -> Any:
        return halt_of_answer(response) or make(message, body=body, response=response)

    def copy_client(**options: Any) -> Any:
        http = options.get("http_client")
        if http is not None and guard_of_http(http) is None:
            options["http_client"] = _guard_http(http, guard)
        with copying():
            return _surface_halts(copy(**options), guard)

    client._make_status_error = make_status_error
    client.copy = client.with_options = copy_client
    watch_sockets(client, lambda: guard.client.report_ungoverned("no_handler", "model-client.socket"))
    return client
