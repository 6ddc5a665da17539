"""A chat model of LangChain that is asked only what policies let pass, and whose streams are let out as judged."""

from __future__ import annotations

import uuid
import weakref
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable

from .. import AsyncHoldpoint, ConfigError, Holdpoint, SpanHandle
from ._flow import Flow, apull, pull
from ._guarded import guarded_copy, own_steps, steps_of
from ._identity import EstimateCost
from ._langchain_besides import check_besides, check_streamed_besides
from ._langchain_hearing import Heard, heard_runs, hearing
from ._langchain_messages import read_messages, text_of_content, with_all_text, with_text
from ._langchain_shapes import EVERY_TOOL, check_pieces, check_shapes, find_shapes, shapes_of, with_shapes
from ._langchain_stream import aeach_apart, check_held, create_flow, each_apart
from ._steps import Check, Run, Steps, current_run
from ._within_model import is_within, within

# In the metadata of a guarded model: a handler of the same client leaves its checks to the guard.
GUARD_MARK = "holdpoint-guard"

# Not to be guessed, and another for every client.
_marks: weakref.WeakKeyDictionary[Holdpoint, str] = weakref.WeakKeyDictionary()


def mark_of(hp: Holdpoint | AsyncHoldpoint) -> str:
    """What a guarded model of a client carries."""
    return _marks.setdefault(hp.sync if isinstance(hp, AsyncHoldpoint) else hp, str(uuid.uuid4()))


# Chains within bindings within chains: more than any framework makes.
_MAX_DEPTH = 8

# The guarded model whose own method is running: one that makes `_generate` of its `_stream` is checked once.


def guard_model(
    hp: Holdpoint | AsyncHoldpoint,
    model: Any,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> Any:
    """A copy of a chat model, of the same class, guarded at the innermost methods: every way into it leads there.

    A stream's text is let out as it is judged (SPECIFICATION F-1 to F-12), tool calls when the answer has ended; texts
    of the decisions (masked, redacted) take the place of the original ones. A handler of ours leaves the model to it.
    LangChain's own cache of answers is not used. Other keywords: `environment`, `session_id`, `user_id`.
    """
    if not isinstance(model, BaseChatModel):
        raise ConfigError(f"expected a chat model of LangChain, not `{type(model).__name__}`")
    if steps_of_model(model) is not None:
        return model
    return _guard_with(model, Steps(hp, agent_id, estimate_cost, identity))


def _guard_with(model: BaseChatModel, steps: Steps) -> Any:
    own = [name for name in _ENTRIES if getattr(type(model), name) is not getattr(BaseChatModel, name)]
    if own:
        raise ConfigError(f"the model has a `{own[0]}` of its own: guard the model that it calls")
    # LangChain asks which of these a class has written itself.
    streams = type(model)._stream is not BaseChatModel._stream
    astreams = type(model)._astream is not BaseChatModel._astream
    guard = _GUARDS[streams, astreams]
    guarded: Any = guarded_copy(model, guard, steps)
    guarded.metadata = {**(model.metadata or {}), GUARD_MARK: mark_of(steps.client)}
    guarded.cache = False
    return guarded


def steps_of_model(model: Any) -> Steps | None:
    """The checks of a guarded model; None for any other."""
    return steps_of(model, GuardedChat)


class GuardedChat:
    """Over the innermost methods of a model's own class."""

    __slots__ = ()

    # Events come out of the guarded stream.
    _stream_chat_model_events = None
    _astream_chat_model_events = None

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        heard: Heard = []
        return pull(lambda: hearing(heard), super().stream(*args, **kwargs))  # type: ignore[misc]

    def astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        heard: Heard = []
        return apull(lambda: hearing(heard), super().astream(*args, **kwargs))  # type: ignore[misc]

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        call = super()._generate  # type: ignore[misc]
        if is_within(self):
            return call(messages, stop=stop, run_manager=run_manager, **kwargs)
        steps, (run, step) = own_steps(self), _run_of(run_manager)
        sent = steps.check(run, _check_prompt(steps, run, messages), step)
        with within(self):
            result = call(sent, stop=stop, run_manager=None, **kwargs)
        return steps.check(run, _check_result(steps, result, shapes_of(self)), step)

    async def _agenerate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        call = super()._agenerate  # type: ignore[misc]
        if is_within(self):
            return await call(messages, stop=stop, run_manager=run_manager, **kwargs)
        steps, (run, step) = own_steps(self), _run_of(run_manager)
        sent = await steps.acheck(run, _check_prompt(steps, run, messages), step)
        with within(self):
            result = await call(sent, stop=stop, run_manager=None, **kwargs)
        return await steps.acheck(run, _check_result(steps, result, shapes_of(self)), step)

    def bind_tools(self, tools: Any = (), *args: Any, **kwargs: Any) -> Any:
        # What the maker makes of the model knows the shapes of its answers.
        knowing = with_shapes(self, find_shapes(tools))
        made = super(GuardedChat, knowing).bind_tools(tools, *args, **kwargs)  # type: ignore[misc]
        return _guard_made(made, own_steps(self), shapes_of(knowing))

    def with_structured_output(self, *args: Any, **kwargs: Any) -> Any:
        knowing = with_shapes(self, EVERY_TOOL)
        made = super(GuardedChat, knowing).with_structured_output(*args, **kwargs)  # type: ignore[misc]
        return _guard_made(made, own_steps(self), shapes_of(knowing))


def _guard_made(made: Any, steps: Steps, shapes: frozenset[str], depth: int = 0) -> Any:
    """What a maker gave back, with these checks before the model that it is or that a binding or chain holds."""
    if isinstance(made, BaseChatModel):
        if steps_of_model(made) is not None:
            return made
        return with_shapes(_guard_with(made, steps), shapes)
    if depth > _MAX_DEPTH:
        return made
    for name in ("bound", "first", "last", "runnable"):
        inner = getattr(made, name, None) if isinstance(made, Runnable) else None
        guarded = _guard_made(inner, steps, shapes, depth + 1) if isinstance(inner, Runnable) else inner
        if guarded is not inner:
            setattr(made, name, guarded)
    middle = getattr(made, "middle", None)
    if isinstance(middle, list):
        middle[:] = [_guard_made(inner, steps, shapes, depth + 1) for inner in middle]
    by_key = getattr(made, "steps__", None)
    if isinstance(by_key, dict):
        by_key.update({key: _guard_made(inner, steps, shapes, depth + 1) for key, inner in by_key.items()})
    return made


class _Streaming:
    __slots__ = ()

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        call = super()._stream  # type: ignore[misc]
        if is_within(self):
            yield from call(messages, stop=stop, run_manager=run_manager, **kwargs)
            return
        steps, (run, step) = own_steps(self), _run_of(run_manager)
        sent = steps.check(run, _check_prompt(steps, run, messages), step)
        flow = create_flow()
        besides: list[ChatGenerationChunk] = []
        chunks = each_apart(pull(lambda: within(self), call(sent, stop=stop, run_manager=None, **kwargs)), besides)
        for chunk in steps.flow(run, chunks, flow, step):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
        for chunk in steps.check(run, _check_rest(steps, flow, besides, shapes_of(self)), step):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class _AsyncStreaming:
    __slots__ = ()

    async def _astream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        call = super()._astream  # type: ignore[misc]
        if is_within(self):
            async for chunk in call(messages, stop=stop, run_manager=run_manager, **kwargs):
                yield chunk
            return
        steps, (run, step) = own_steps(self), _run_of(run_manager)
        sent = await steps.acheck(run, _check_prompt(steps, run, messages), step)
        flow = create_flow()
        besides: list[ChatGenerationChunk] = []
        chunks = aeach_apart(apull(lambda: within(self), call(sent, stop=stop, run_manager=None, **kwargs)), besides)
        async with aclosing(steps.aflow(run, chunks, flow, step)) as flowing:
            async for chunk in flowing:
                if run_manager:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        for chunk in await steps.acheck(run, _check_rest(steps, flow, besides, shapes_of(self)), step):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class _ChatStreaming(_Streaming, GuardedChat):
    __slots__ = ()


class _ChatAsyncStreaming(_AsyncStreaming, GuardedChat):
    __slots__ = ()


class _ChatBoth(_Streaming, _AsyncStreaming, GuardedChat):
    __slots__ = ()


_GUARDS = {
    (False, False): GuardedChat,
    (True, False): _ChatStreaming,
    (False, True): _ChatAsyncStreaming,
    (True, True): _ChatBoth,
}

# All of these lead to the innermost methods. A model that has its own leads elsewhere.
_ENTRIES = ("invoke", "ainvoke", "stream", "astream", "generate", "agenerate", "stream_events", "astream_events")


def _run_of(run_manager: Any) -> tuple[Run, SpanHandle | None]:
    """The run that a handler of ours follows, with the model's step in it, or the run of this context."""
    told = [(handler, run_manager.run_id) for handler in getattr(run_manager, "handlers", ())]
    for handler, run_id in told or heard_runs():
        lookup = getattr(handler, "holdpoint_run_of", None)
        run = lookup(run_id) if callable(lookup) else None
        if isinstance(run, Run):
            return run, handler.holdpoint_span_of(run_id)
    return current_run(), None


def _check_prompt(steps: Steps, run: Run, messages: Sequence[BaseMessage]) -> Check[list[BaseMessage]]:
    read = read_messages(messages)
    texts = yield from steps.prompt(run, read)
    return [
        message if text == old else with_all_text(message, text)
        for message, (_, old), text in zip(messages, read, texts, strict=True)
    ]


def _check_message(steps: Steps, message: BaseMessage) -> Check[BaseMessage]:
    original = text_of_content(message.content)
    text = yield from steps.answer(original)
    said = message if text == original else with_text(message, text, text_of_content)
    return (yield from check_besides(steps, said))


def _check_rest(
    steps: Steps, flow: Flow, besides: list[ChatGenerationChunk], shapes: frozenset[str]
) -> Check[Sequence[ChatGenerationChunk]]:
    held = yield from check_held(steps, flow)
    rest = yield from check_streamed_besides(steps, [*besides, *held])
    return (yield from check_pieces(steps, rest, shapes))


def _check_result(steps: Steps, result: ChatResult, shapes: frozenset[str]) -> Check[ChatResult]:
    generations = []
    for generation in result.generations:
        said = yield from _check_message(steps, generation.message)
        message = yield from check_shapes(steps, said, shapes)
        same = message is generation.message
        generations.append(generation if same else type(generation)(message=message))
    return result.model_copy(update={"generations": generations})
