"""A model of CrewAI that is asked only what policies let pass."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from crewai import LLM, BaseLLM

from .. import AsyncHoldpoint, ConfigError, EnforcementHaltError, Holdpoint, texts_in
from ._beside import texts_beside
from ._by_lines import by_lines
from ._crewai_hooks import as_aborted, ensure_hooks, governed_run
from ._crewai_stream import Chunk, Completed, Kind, Telling
from ._guarded import guarded_copy, own_steps, steps_of
from ._identity import EstimateCost
from ._steps import Check, Message, Run, Steps, current_run, open_run, step_span

# The messages that a guarded call has just passed on: a model whose `acall` is made of its `call` is checked once.
_passed: ContextVar[Any] = ContextVar("holdpoint_crewai_passed", default=None)
_telling: ContextVar[Telling | None] = ContextVar("holdpoint_crewai_telling", default=None)


def guard_llm(
    hp: Holdpoint | AsyncHoldpoint,
    llm: Any,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> Any:
    """A copy of a model (or of the one that a name stands for) that checks what it is asked and what it answers.

    What stops it is raised as it is. Streamed chunks flow a hold-back behind the model; listeners hear of the answer
    when it was checked.
    """
    return guard_with(Steps(hp, agent_id, estimate_cost, identity), llm)


def guard_with(steps: Steps, llm: Any) -> Any:
    """The same with checks that there are; a model that is guarded keeps its own."""
    model = LLM(model=llm) if isinstance(llm, str) else llm
    if not isinstance(model, BaseLLM):
        raise ConfigError(f"expected a model of CrewAI or its name, not `{type(llm).__name__}`")
    return model if steps_of_llm(model) is not None else guarded_copy(model, GuardedCalls, steps)


def steps_of_llm(llm: Any) -> Steps | None:
    """The checks of a guarded model; None for any other."""
    return steps_of(llm, GuardedCalls)


class GuardedCalls:
    """Over the calls of a model's own class."""

    __slots__ = ()

    def call(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        if _passed.get() is messages:
            return super().call(messages, *args, **kwargs)  # type: ignore[misc]
        steps, run, read = self._begin(messages, kwargs)
        with _aborting(), step_span(run, self._name(), "llm"):
            sent = _with_texts(messages, read, steps.check(run, steps.prompt(run, read, self._name())))
            with _telling_of(steps, run) as telling:
                with _passing(sent), _ending(telling):
                    answer = super().call(sent, *args, **_guard_functions(steps, run, kwargs))  # type: ignore[misc]
                telling.end()
                checked = steps.check(run, telling.check(answer, _check_answer))
                telling.release(answer, checked)
            return checked

    async def acall(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        if _passed.get() is messages:
            return await super().acall(messages, *args, **kwargs)  # type: ignore[misc]
        steps, run, read = self._begin(messages, kwargs)
        with _aborting(), step_span(run, self._name(), "llm"):
            sent = _with_texts(messages, read, await steps.acheck(run, steps.prompt(run, read, self._name())))
            with _telling_of(steps, run) as telling:
                with _passing(sent), _ending(telling):
                    answer = await super().acall(sent, *args, **_guard_functions(steps, run, kwargs))  # type: ignore[misc]
                # The last chunks may wait for a human.
                await asyncio.to_thread(telling.end)
                checked = await steps.acheck(run, telling.check(answer, _check_answer))
                telling.release(answer, checked)
            return checked

    def _invoke_before_llm_call_hooks(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        """Inside a call; or of somebody who asks the model's client by himself, which this alone can stop."""
        if _passed.get() is None:
            steps, run, read = self._begin(messages, kwargs)
            with _aborting():
                sent = _with_texts(messages, read, steps.check(run, steps.prompt(run, read, self._name())))
            messages[:] = sent
            governed = governed_run()
            if governed is not None:
                governed.has_unheard = True
            else:
                steps.client.report_ungoverned("no_handler", "crewai.model")
        return super()._invoke_before_llm_call_hooks(messages, *args, **kwargs)  # type: ignore[misc]

    def _emit_stream_chunk_event(self, chunk: str, *args: Any, **kwargs: Any) -> None:
        is_call = kwargs.get("tool_call") or any(isinstance(given, dict) for given in args)
        self._tell("call" if is_call else "text", chunk, super()._emit_stream_chunk_event, args, kwargs)  # type: ignore[misc]

    def _emit_thinking_chunk_event(self, chunk: str, *args: Any, **kwargs: Any) -> None:
        self._tell("thinking", chunk, super()._emit_thinking_chunk_event, args, kwargs)  # type: ignore[misc]

    def _emit_call_completed_event(self, response: Any, *args: Any, **kwargs: Any) -> None:
        emit, fail = super()._emit_call_completed_event, super()._emit_call_failed_event  # type: ignore[misc]
        telling = _telling.get()
        if telling is None:
            emit(response, *args, **kwargs)
            return
        whose = {name: kwargs.get(name) for name in ("from_task", "from_agent")}
        telling.completed.append(
            Completed(response, lambda shown: emit(shown, *args, **kwargs), lambda error: fail(error, **whose))
        )

    def _tell(self, kind: Kind, chunk: str, emit: Callable[..., None], args: Any, kwargs: Any) -> None:
        telling = _telling.get()
        if telling is None:
            emit(chunk, *args, **kwargs)
        else:
            telling.push(Chunk(kind, chunk, lambda text: emit(text, *args, **kwargs)))

    def _begin(self, messages: Any, kwargs: dict[str, Any]) -> tuple[Steps, Run, list[Message]]:
        steps = own_steps(self)
        ensure_hooks(steps)
        run = current_run()
        if open_run() is None:
            run.halt = steps.take_halt(id(kwargs.get("from_agent")))
        return steps, run, _read_messages(messages)

    def _name(self) -> str:
        return str(getattr(self, "model", "model"))


@contextmanager
def _aborting() -> Iterator[None]:
    """What stops a model is raised as what no helper of the framework goes on after."""
    try:
        yield
    except EnforcementHaltError as halt:
        raise as_aborted(halt) from halt


@contextmanager
def _passing(messages: Any) -> Iterator[None]:
    token = _passed.set(messages)
    try:
        yield
    finally:
        _passed.reset(token)


@contextmanager
def _telling_of(steps: Steps, run: Run) -> Iterator[Telling]:
    """What the model tells while it answers, until the end of the block; what stops it is told without the answer."""
    telling = Telling(steps, run)
    token = _telling.set(telling)
    try:
        yield telling
    except BaseException as error:
        telling.refuse(error)
        raise
    finally:
        _telling.reset(token)


@contextmanager
def _ending(telling: Telling) -> Iterator[None]:
    """A model that fails ends its chunks; a client may have made an error of its own of what has stopped them."""
    try:
        yield
    except BaseException as error:
        telling.end(error)
        raise


def _guard_functions(steps: Steps, run: Run, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Functions that the model's client calls by itself are checked like tools: no hook of the framework sees them."""
    functions = kwargs.get("available_functions")
    if not functions:
        return kwargs

    def guard(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(**args: Any) -> Any:
            with step_span(run, name, "tool"):
                checked = steps.check(run, steps.tool_call(name, args))
                result = function(**checked)
                text = steps.check(run, steps.tool_result(run, name, args, str(result)))
                return result if text == str(result) else text

        return call

    return {**kwargs, "available_functions": {name: guard(name, one) for name, one in functions.items()}}


def _check_answer(steps: Steps, answer: Any) -> Check[Any]:
    """A text, or an answer in a wanted shape; calls of tools are checked where the tools are."""
    if isinstance(answer, str):
        return (yield from steps.answer(answer))
    dump = getattr(answer, "model_dump_json", None)
    if callable(dump):
        yield from steps.answer(str(dump()))
    else:
        # Nothing to check but the run itself: a function may have been stopped on the way.
        yield from ()
    return answer


def _read_messages(messages: Any) -> list[Message]:
    if isinstance(messages, str):
        return [("user", messages)]
    return [(str(message.get("role")), _text_of_message(message)) for message in messages]


def _text_of_message(message: Any) -> str:
    return "\n".join(text for text in (_text_of(message.get("content")), *texts_beside(_beside(message))) if text)


def _beside(message: Any) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in ("role", "content", "tool_call_id")}


def _text_of(content: Any) -> str:
    parts = content if isinstance(content, (list, tuple)) else [content]
    return "\n".join(text for part in parts for text in texts_in(part))


def _with_texts(messages: Any, read: list[Message], texts: list[str]) -> Any:
    """The messages with changed texts in place; the originals stay as they are, for the executor keeps them."""
    if isinstance(messages, str):
        return texts[0]
    pairs = zip(messages, read, texts, strict=True)
    return [message if text == old else _with_text(message, text) for message, (_, old), text in pairs]


def _with_text(message: dict[str, Any], text: str) -> dict[str, Any]:
    content = message.get("content")
    saying = [name for name, value in _beside(message).items() if texts_beside({name: value})]
    message = {name: value for name, value in message.items() if name not in saying}
    if not isinstance(content, (list, tuple)):
        return {**message, "content": text}
    said = ["\n".join(texts_in(part)) for part in content]
    shown = None if saying else by_lines(said, text)
    if shown is None:
        rest = [part for part, old in zip(content, said, strict=True) if not old]
        return {**message, "content": [{"type": "text", "text": text}, *rest]}
    changes = zip(content, said, shown, strict=True)
    return {**message, "content": [part if new == old else {"type": "text", "text": new} for part, old, new in changes]}
