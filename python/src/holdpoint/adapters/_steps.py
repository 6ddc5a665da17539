"""The checks of one agent, for frameworks whose models and tools are wrapped."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .. import (
    AgentPausedError,
    AsyncHoldpoint,
    Decision,
    EnforcementHaltError,
    Holdpoint,
    SpanHandle,
    TraceHandle,
    apply_transforms,
    text_of,
)
from .._gen.tables import DEFAULT_ADAPTER_OPEN_RUNS
from .._sdk.client.process_life import renew_when_forked
from ._flow import Flow
from ._identity import EstimateCost, Identity, canary_id, halting
from ._long_history import in_lots, look_at_lot

T = TypeVar("T")

# Asks for verbs of the client by name and keywords; written once, driven by threads or by a loop.
Check = Generator[tuple[str, dict[str, Any]], Decision, T]

# Role and text of a message.
Message = tuple[str, str]

_OWN_ROLES = frozenset({"system", "developer"})


@dataclass(slots=True)
class Run:
    """What the steps of one run of an agent share.

    `halt`: what has stopped it; raised again at every later step, so that no framework can talk around it.
    `checked_results`: agent and text. `approved_texts`: agent, role and text of what a human has let pass. `calls`:
    tool calls that one hook has begun and another is to end, by what both are shown.
    """

    trace: TraceHandle | None = None
    halt: EnforcementHaltError | None = None
    checked_results: set[tuple[str, str]] = field(default_factory=set)
    approved_texts: set[tuple[str, str, str]] = field(default_factory=set)
    calls: dict[int, OpenStep] = field(default_factory=dict)


_run: ContextVar[Run | None] = ContextVar("holdpoint_run", default=None)
_span: ContextVar[SpanHandle | None] = ContextVar("holdpoint_span", default=None)


def open_run() -> Run | None:
    """The run of this context."""
    return None if canary_id() else _run.get()


def current_run() -> Run:
    """The run of this context, or one for a step that stands alone."""
    return open_run() or Run()


def enter_run(run: Run | None) -> None:
    """Makes a run that of this context; frameworks hand it on to their threads and tasks."""
    _run.set(run)
    _span.set(None)


class Steps:
    """The checks of one agent. Copies of what holds it share it."""

    def __init__(
        self,
        hp: Holdpoint | AsyncHoldpoint,
        agent_id: str,
        estimate_cost: EstimateCost | None,
        identity: dict[str, Any],
    ) -> None:
        self.client = hp if isinstance(hp, AsyncHoldpoint) else AsyncHoldpoint(hp)
        self.who = Identity(agent_id, estimate_cost=estimate_cost, **identity)
        self._left: dict[Any, EnforcementHaltError] = {}
        self._lock = threading.Lock()
        renew_when_forked(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Steps:
        return self

    def start_run(self, name: str, span_type: str, text: str | None = None) -> Run:
        """A run with a trace; a paused agent has none, and its first step raises."""
        run = Run()
        try:
            run.trace = self.client.start_trace(name=name, span_type=span_type, input=text, **self.who.fields())
        except AgentPausedError:
            return run
        except Exception:  # noqa: BLE001 - a trace that does not begin stops nothing; the steps are checked all the same
            return run
        return run

    def end_run(self, run: Run, output: str | None = None, error: BaseException | None = None) -> None:
        """Ends its trace."""
        cause = run.halt or error
        if run.trace is not None:
            status = None if cause is None else "policy_blocked" if run.halt else "error"
            run.trace.end(status=status, error=cause, output=None if cause else output)

    def check(self, run: Run, check: Check[T], step: SpanHandle | None = None) -> T:
        """Makes a check; raises a halt error and nothing else. `step`: what it is about, if not this context's."""
        about = step or _about(run)
        with self._stopping(run):
            try:
                verb, fields = next(check)
                while True:
                    verb, fields = check.send(getattr(self.client.sync, verb)(trace=about, **fields))
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]

    async def acheck(self, run: Run, check: Check[T], step: SpanHandle | None = None) -> T:
        """The same in a loop: a wait for approval does not hold it."""
        about = step or _about(run)
        with self._stopping(run):
            try:
                verb, fields = next(check)
                while True:
                    verb, fields = check.send(await getattr(self.client, verb)(trace=about, **fields))
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]

    def flow(self, run: Run, source: Iterable[Any], flow: Flow, step: SpanHandle | None = None) -> Iterator[Any]:
        """A model's stream as it may go out. Raises halt errors, and whatever the source raises."""
        with _halting(run):
            yield from flow.run(self.client.sync, source, step or _about(run), self.who.fields())

    async def aflow(
        self, run: Run, source: AsyncIterable[Any], flow: Flow, step: SpanHandle | None = None
    ) -> AsyncGenerator[Any, None]:
        """The same in a loop."""
        with _halting(run):
            async with aclosing(flow.arun(self.client, source, step or _about(run), self.who.fields())) as flowing:
                async for part in flowing:
                    yield part

    def prompt(self, run: Run, messages: Sequence[Message], model: str | None = None) -> Check[list[str]]:
        """Phase `input`: the last thing the user said and what came before. The texts to send, one for each message.

        The system prompt is the program's own text and is left out; so are results of tools that were checked in this
        run, and what a human has approved in it.
        """
        agent_id = self.who.agent_id
        last = max((index for index, (role, _) in enumerate(messages) if role == "user"), default=-1)
        asked = messages[last][1] if last >= 0 else None
        input_text = asked
        said = [
            index
            for index, (role, text) in enumerate(messages)
            if index != last
            and text
            and role not in _OWN_ROLES
            and not (role == "tool" and (agent_id, text) in run.checked_results)
        ]
        lots, earlier = in_lots([index for index in said if (agent_id, *messages[index]) not in run.approved_texts])
        if asked is not None and (agent_id, "user", asked) in run.approved_texts:
            asked = None
        older: list[tuple[list[int], Decision]] = []
        for lot in lots:
            history = [{"role": messages[index][0], "content": messages[index][1]} for index in lot]
            looked, request = look_at_lot(self.client.sync, self.who.fields(), history)
            if request is not None:
                looked = yield "enforce_policy", request
                run.approved_texts.update((agent_id, *messages[index]) for index in lot)
            older.append((lot, looked))
        decision = yield (
            "enforce_policy",
            {
                "phase": "input",
                "input": asked,
                "conversation_history": [
                    {"role": messages[index][0], "content": messages[index][1]} for index in earlier
                ]
                or None,
                "estimated_cost": self.who.cost_of("\n".join(text for _, text in messages)),
                "model": model,
                **self.who.fields(),
            },
        )
        if decision.verdict == "require_approval":
            run.approved_texts.update((agent_id, *messages[index]) for index in earlier)
            run.approved_texts.update([] if asked is None else [(agent_id, "user", asked)])
        texts = [text for _, text in messages]

        def put(shown: Decision, input_text: str | None, indexes: Sequence[int]) -> None:
            if input_text is not None:
                texts[last] = text_of(shown, "/input", input_text)
            for place, index in enumerate(indexes):
                texts[index] = text_of(shown, f"/conversationHistory/{place}/content", texts[index])

        put(decision, asked, earlier)
        for lot, looked in older:
            put(looked, None, lot)
        # What was approved is not asked again, but masked again.
        before, approved = in_lots([index for index in said if (agent_id, *messages[index]) in run.approved_texts])
        for lot in before:
            history = [{"role": messages[index][0], "content": messages[index][1]} for index in lot]
            put(look_at_lot(self.client.sync, self.who.fields(), history)[0], None, lot)
        left = input_text if asked is None else None
        if left is not None or (approved and approved != earlier):
            history = [{"role": messages[index][0], "content": messages[index][1]} for index in approved]
            given: dict[str, Any] = {"input": left, "conversation_history": history or None, "model": model}
            fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
            put(self.client.sync.evaluate(phase="input", **fields, **self.who.fields()), left, approved)
        return texts

    def answer(self, text: str) -> Check[str]:
        """Phase `output`: the text to give out."""
        if not text:
            return text
        decision = yield "enforce_output", {"output": text, **self.who.fields()}
        return text_of(decision, "/output", text)

    def tool_call(self, tool: str, args: dict[str, Any]) -> Check[dict[str, Any]]:
        """Phase `tool_call`: the arguments to run the tool with."""
        decision = yield "enforce_tool_call", {"tool": tool, "args": args, **self.who.fields()}
        replaced: dict[str, Any] = apply_transforms(decision, "/tool/args", args)
        return replaced

    def tool_result(self, run: Run, tool: str, args: Any, result: str) -> Check[str]:
        """Phase `tool_result`: the text for the model."""
        decision = yield "enforce_tool_result", {"tool": tool, "args": args, "result": result, **self.who.fields()}
        text = text_of(decision, "/toolOutputs/0/output", result)
        run.checked_results.add((self.who.agent_id, text))
        return text

    def leave_halt(self, key: Any, halt: EnforcementHaltError) -> None:
        """For the next step of a run that has no context of its own."""
        with self._lock:
            self._left[key] = halt
            if len(self._left) > DEFAULT_ADAPTER_OPEN_RUNS:
                del self._left[next(iter(self._left))]

    def take_halt(self, key: Any) -> EnforcementHaltError | None:
        """What was left, once."""
        with self._lock:
            return None if canary_id() else self._left.pop(key, None)

    @contextmanager
    def _stopping(self, run: Run) -> Iterator[None]:
        if run.halt is not None:
            raise run.halt
        try:
            with halting():
                yield
        except EnforcementHaltError as halt:
            run.halt = run.halt or halt
        # A sibling may have been stopped while this step was being decided.
        if run.halt is not None:
            raise run.halt


@contextmanager
def _halting(run: Run) -> Iterator[None]:
    """What stops a stream stops its run."""
    if run.halt is not None:
        raise run.halt
    try:
        yield
    except EnforcementHaltError as halt:
        run.halt = run.halt or halt
        raise run.halt from halt.__cause__
    if run.halt is not None:
        raise run.halt


def _about(run: Run) -> TraceHandle | SpanHandle | None:
    """The step that is open in this context, or else the whole trace."""
    return None if run.trace is None else _span.get() or run.trace


@contextmanager
def step_span(run: Run, name: str, span_type: str) -> Iterator[None]:
    """A step inside the trace, under the step that is open in this context. None begins in a run that was stopped."""
    if run.trace is None or run.halt is not None:
        yield
        return
    parent = _span.get()
    span = run.trace.span(name, span_type=span_type, parent_span_id=parent.span_id if parent else None)
    token = _span.set(span)
    try:
        yield
    except BaseException as error:
        span.end(status="policy_blocked" if isinstance(error, EnforcementHaltError) else None, error=error)
        raise
    finally:
        _span.reset(token)
        span.end()


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that ends in another context than it began. `span` is None without a trace."""

    span: SpanHandle | None

    def end(self, error: BaseException | None = None) -> None:
        """Ends it, with what it failed of."""
        if self.span is not None:
            status = "policy_blocked" if isinstance(error, EnforcementHaltError) else None
            self.span.end(status=status, error=error)


def open_step(run: Run, name: str, span_type: str) -> OpenStep:
    """A step under the one that is open in this context. None begins in a run that was stopped."""
    if run.trace is None or run.halt is not None:
        return OpenStep(None)
    parent = _span.get()
    return OpenStep(run.trace.span(name, span_type=span_type, parent_span_id=parent.span_id if parent else None))


@contextmanager
def ending(step: OpenStep) -> Iterator[None]:
    """Ends a step with the block; a reader that goes away is no error."""
    try:
        yield
    except BaseException as error:
        step.end(None if isinstance(error, GeneratorExit) else error)
        raise
    step.end()


def enter_span(run: Run, name: str, span_type: str) -> Callable[[], None]:
    """A step whose end is told by another hook: gives back what ends it."""
    if run.trace is None:
        return lambda: None
    parent = _span.get()
    span = run.trace.span(name, span_type=span_type, parent_span_id=parent.span_id if parent else None)
    _span.set(span)

    def end() -> None:
        _span.set(parent)
        span.end()

    return end
