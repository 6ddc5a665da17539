"""The client for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Literal, TypeVar

from ..._core import Agent, Decision, EnforceRequest, Restorer, TokenVault
from ..approvals.channels import waiting_loop
from ..events.emitter import Listener
from ..events.traces import SpanHandle, TraceHandle
from ..streams.guard_stream import AsyncGuardedStream, StreamParts
from ..streams.text_flow import Judgement
from ..types import EventName, HoldpointStats, SelfTestReport
from .holdpoint import Holdpoint
from .requests import (
    build_output_request,
    build_policy_request,
    build_tool_call_request,
    build_tool_result_request,
)
from .straight_ahead import straight_ahead_async
from .validator_gate import Ask

_T = TypeVar("_T")


class AsyncHoldpoint:
    """The same verbs as coroutines: what they take, give back and raise is told at `Holdpoint`.

    A decision is made at once, in the loop's own thread: it takes microseconds. Only what waits (an approval, the
    network) waits in another thread. Takes the keywords of `Holdpoint`; starting one that follows a control plane waits
    for its first bundle, so use `await AsyncHoldpoint.create(…)` in a running loop. A task that is cancelled no longer
    waits for an approval; its step is held.
    """

    def __init__(self, sync: Holdpoint) -> None:
        self.sync = sync
        """The client behind this one; both may be used."""
        self._enforcer = sync._running.enforcer
        self._environment = sync._environment

    @classmethod
    async def create(cls, **options: Any) -> AsyncHoldpoint:
        """Starts a client. Raises ConfigError, PolicyCompileError or AuthError. One that nobody waits for is closed."""
        made: list[Holdpoint] = []
        given_up = threading.Event()
        handing_over = threading.Lock()

        def start() -> None:
            hp = Holdpoint(**options)
            with handing_over:
                if not given_up.is_set():
                    made.append(hp)
                    return
            hp.close()

        try:
            await asyncio.to_thread(start)
        except asyncio.CancelledError:
            with handing_over:
                given_up.set()
            for hp in made:
                threading.Thread(target=hp.close, name="holdpoint-close", daemon=True).start()
            raise
        return cls(made[0])

    @straight_ahead_async
    async def enforce_policy(
        self,
        request: EnforceRequest | dict[str, Any] | None = None,
        /,
        *,
        trace: TraceHandle | SpanHandle | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before the model, or any phase that the request names."""
        return await self._enforce(build_policy_request(request, fields, self._environment), trace, vault)

    async def enforce_tool_call(
        self,
        *,
        agent_id: str,
        tool: str,
        args: dict[str, Any] | None = None,
        trace: TraceHandle | SpanHandle | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before a tool runs."""
        fields = {"agent_id": agent_id, **fields}
        return await self._enforce(build_tool_call_request(tool, args, fields, self._environment), trace, vault)

    async def enforce_tool_result(
        self,
        *,
        agent_id: str,
        tool: str,
        result: Any,
        args: Any = None,
        trace: TraceHandle | SpanHandle | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before a tool's result enters the context."""
        fields = {"agent_id": agent_id, **fields}
        return await self._enforce(
            build_tool_result_request(tool, args, result, fields, self._environment), trace, vault
        )

    async def enforce_output(
        self,
        *,
        agent_id: str,
        output: str,
        trace: TraceHandle | SpanHandle | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> Decision:
        """Before an output reaches anyone."""
        fields = {"agent_id": agent_id, **fields}
        return await self._enforce(build_output_request(output, fields, self._environment), trace, vault)

    def guard_stream(
        self,
        source: AsyncIterable[Any] | Iterable[Any],
        /,
        *,
        agent_id: str,
        read: Callable[[Any], str | None] | None = None,
        write: Callable[[Any, str], Any] | None = None,
        hold_back: int = 0,
        trace: TraceHandle | SpanHandle | None = None,
        vault: TokenVault | None = None,
        **fields: Any,
    ) -> AsyncGuardedStream:
        """An output that flows, let out as it is judged; from an asynchronous or a plain iterable."""

        def build(output: str) -> Any:
            return build_output_request(output, {"agent_id": agent_id, **fields}, self._environment)

        parts = StreamParts(
            lambda output: self._enforcer.judge(build(output), trace, vault),
            lambda output: self._enforcer.observe(build(output), trace, vault),
            read,
            write,
            hold_back,
        )

        async def finish(output: str) -> tuple[Decision, Judgement]:
            request = build(output)
            ask = self._enforcer.asking(request, trace, asyncio.get_running_loop())
            if ask is not None:
                request = await self._answer(ask)
            decision = await self._decide(request, trace, vault)
            return decision, self._enforcer.judge(request, trace, vault)

        return AsyncGuardedStream(source, parts, finish)

    def evaluate(
        self, request: EnforceRequest | dict[str, Any] | None = None, /, *, explain: bool = False, **fields: Any
    ) -> Decision:
        """The verdict alone, with `explain` also why."""
        return self.sync.evaluate(request, explain=explain, **fields)

    async def examine(
        self, request: EnforceRequest | dict[str, Any] | None = None, /, *, explain: bool = False, **fields: Any
    ) -> Decision:
        """As `evaluate`, once the classifiers are asked that the step wants; validators are not."""
        built = build_policy_request(request, fields, self._environment)
        loop = asyncio.get_running_loop()
        return await _run_aside(lambda cancel: self._enforcer.examine(built, explain=explain, loop=loop, cancel=cancel))

    async def register_agent(self, agent: Agent | dict[str, Any] | None = None, /, **fields: Any) -> None:
        """Makes an agent known here and at the control plane."""
        await asyncio.to_thread(lambda: self.sync.register_agent(agent, **fields))

    def create_token_vault(self) -> TokenVault:
        """A vault for the tokens of one request."""
        return self.sync.create_token_vault()

    def restore(self, text: str, vault: TokenVault, *, as_json: bool = False) -> str:
        """The text with the vault's tokens replaced by what they stand for."""
        return self.sync.restore(text, vault, as_json=as_json)

    def create_restorer(self, vault: TokenVault, *, as_json: bool = False) -> Restorer:
        """`restore` for a text that comes in pieces, a token cut in two included: `push` each, then `end`."""
        return self.sync.create_restorer(vault, as_json=as_json)

    def start_trace(self, *, agent_id: str, **fields: Any) -> TraceHandle:
        """One run of an agent."""
        return self.sync.start_trace(agent_id=agent_id, **fields)

    def pause_agent(self, target_id: str, **pause: Any) -> None:
        """Holds an agent in this process, at once."""
        self.sync.pause_agent(target_id, **pause)

    def resume_agent(self, target_id: str, *, level: str = "agent") -> bool:
        """Lifts a pause that this process has made."""
        return self.sync.resume_agent(target_id, level=level)

    def on(self, name: EventName, listener: Listener) -> AsyncHoldpoint:
        """Calls a function on every event of a name, in the thread in which it happens."""
        self.sync.on(name, listener)
        return self

    def off(self, name: EventName, listener: Listener) -> AsyncHoldpoint:
        """Stops calling a function that `on` was given."""
        self.sync.off(name, listener)
        return self

    def stats(self) -> HoldpointStats:
        """Where the client stands at this moment. Raises nothing."""
        return self.sync.stats()

    async def self_test(self, *, monitor_only: bool = False, canaries: Sequence[Any] = ()) -> SelfTestReport:
        """Sends canaries through the client's own path."""
        return await asyncio.to_thread(lambda: self.sync.self_test(monitor_only=monitor_only, canaries=canaries))

    def report_ungoverned(self, reason: Literal["handler_error", "no_handler"], hook: str | None = None) -> None:
        """Counts a step that went by without being judged as it should have been, for adapters."""
        self.sync.report_ungoverned(reason, hook)

    async def flush(self) -> None:
        """Returns when what was recorded so far is sent or dropped."""
        await asyncio.to_thread(self.sync.flush)

    async def close(self) -> None:
        """Stops everything."""
        await asyncio.to_thread(self.sync.close)

    async def __aenter__(self) -> AsyncHoldpoint:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _enforce(
        self, request: Any, trace: TraceHandle | SpanHandle | None, vault: TokenVault | None
    ) -> Decision:
        ask = self._enforcer.asking(request, trace, asyncio.get_running_loop())
        if ask is not None:
            request = await self._answer(ask)
        return await self._decide(request, trace, vault)

    async def _decide(self, request: Any, trace: TraceHandle | SpanHandle | None, vault: TokenVault | None) -> Decision:
        """The decision of a step whose validators have answered."""
        held = self._enforcer.begin(request, trace, vault)
        return held if held.allowed else await self._wait(request, held, trace, vault)

    async def _wait(
        self,
        request: Any,
        held: Decision,
        trace: TraceHandle | SpanHandle | None = None,
        vault: TokenVault | None = None,
    ) -> Decision:
        """The decision of a step that waits for a human."""
        return await _run_aside(lambda cancel: self._enforcer.wait_for_approval(request, held, trace, cancel, vault))

    async def _answer(self, ask: Ask) -> Any:
        """The request with the answers of its validators, waited for in another thread."""
        return await _run_aside(lambda cancel: self._enforcer.answer(ask, cancel))


async def _run_aside(wait: Callable[[threading.Event], _T]) -> _T:
    """The result of a call in a thread of its own: many waits for humans must not use up the loop's own threads.

    What the call is given is set when nobody waits any more: the task was cancelled, or its coroutine closed.
    """
    cancel = threading.Event()
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    context.run(waiting_loop.set, loop)
    future: asyncio.Future[_T] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def run() -> None:
        result, failure = None, None
        try:
            result = wait(cancel)
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            failure = error
        # A loop that is closed has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=context.run, args=(run,), name="holdpoint-approval-wait", daemon=True).start()
    try:
        return await future
    finally:
        cancel.set()
