"""A model of LlamaIndex that is asked only what policies let pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from llama_index.core.base.llms.base import BaseLLM

from .. import AsyncHoldpoint, ConfigError, EnforcementUnavailableError, Holdpoint
from ._flow import apull, pull
from ._guarded import guarded_copy, own_steps, steps_of
from ._identity import EstimateCost, to_text
from ._llama_messages import read_messages, with_texts
from ._llama_stream import Part, Shown, aparts_of, check_rest, create_flow, parts_of, text_of_answer, with_answer
from ._steps import Check, Message, OpenStep, Run, Steps, current_run, ending, enter_run, open_run, open_step, step_span
from ._within_model import is_within, within


def guard_llm(
    hp: Holdpoint | AsyncHoldpoint,
    llm: Any,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> Any:
    """A copy of a model, of the same class, that checks what it is asked and what it answers.

    What stops it is raised as it is. Streams flow a hold-back behind the model; answers in a wanted shape are held
    until they are complete. Other keywords: `environment`, `session_id`, `user_id`.
    """
    if not isinstance(llm, BaseLLM):
        raise ConfigError(f"expected a model of LlamaIndex, not `{type(llm).__name__}`")
    return guard_llm_with(Steps(hp, agent_id, estimate_cost, identity), llm)


def guard_llm_with(steps: Steps, llm: Any) -> Any:
    """The same with checks that there are; a model that is guarded keeps its own."""
    return llm if steps_of_llm(llm) is not None else guarded_copy(llm, GuardedModel, steps)


def steps_of_llm(llm: Any) -> Steps | None:
    """The checks of a guarded model; None for any other."""
    return steps_of(llm, GuardedModel)


class GuardedModel:
    """Over the methods of a model's own class."""

    __slots__ = ()

    def chat(self, messages: Any, **kwargs: Any) -> Any:
        return self._ask("chat", messages, kwargs)

    def complete(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        return self._ask("complete", prompt, kwargs, *args)

    async def achat(self, messages: Any, **kwargs: Any) -> Any:
        return await self._aask("achat", messages, kwargs)

    async def acomplete(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        return await self._aask("acomplete", prompt, kwargs, *args)

    def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
        return self._stream("stream_chat", messages, kwargs)

    def stream_complete(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        return self._stream("stream_complete", prompt, kwargs, *args)

    async def astream_chat(self, messages: Any, **kwargs: Any) -> Any:
        return await self._astream("astream_chat", messages, kwargs)

    async def astream_complete(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        return await self._astream("astream_complete", prompt, kwargs, *args)

    def predict_and_call(self, *args: Any, **kwargs: Any) -> Any:
        with _own_run() as run:
            answer = super().predict_and_call(*args, **kwargs)  # type: ignore[misc]
            # The framework makes a text of what a tool raises.
            if run.halt is not None:
                raise run.halt
            return answer

    async def apredict_and_call(self, *args: Any, **kwargs: Any) -> Any:
        with _own_run() as run:
            answer = await super().apredict_and_call(*args, **kwargs)  # type: ignore[misc]
            if run.halt is not None:
                raise run.halt
            return answer

    def structured_predict(self, *args: Any, **kwargs: Any) -> Any:
        shape = super().structured_predict(*args, **kwargs)  # type: ignore[misc]
        return own_steps(self).check(current_run(), check_shape(own_steps(self), shape))

    async def astructured_predict(self, *args: Any, **kwargs: Any) -> Any:
        shape = await super().astructured_predict(*args, **kwargs)  # type: ignore[misc]
        return await own_steps(self).acheck(current_run(), check_shape(own_steps(self), shape))

    def stream_structured_predict(self, *args: Any, **kwargs: Any) -> Any:
        shapes = list(super().stream_structured_predict(*args, **kwargs))  # type: ignore[misc]
        return iter(own_steps(self).check(current_run(), _check_shapes(own_steps(self), shapes)))

    async def astream_structured_predict(self, *args: Any, **kwargs: Any) -> Any:
        stream = await super().astream_structured_predict(*args, **kwargs)  # type: ignore[misc]
        shapes = [shape async for shape in stream]
        return _pass_on(await own_steps(self).acheck(current_run(), _check_shapes(own_steps(self), shapes)))

    def _ask(self, method: str, given: Any, kwargs: dict[str, Any], *args: Any) -> Any:
        call = getattr(super(), method)
        if is_within(self):
            return call(given, *args, **kwargs)
        steps, run, read = self._begin(given)
        with step_span(run, self._name(), "llm"):
            sent = _put(given, read, steps.check(run, steps.prompt(run, read, self._name())))
            with within(self):
                answer = call(sent, *args, **kwargs)
            return steps.check(run, _check_answer(steps, run, answer))

    async def _aask(self, method: str, given: Any, kwargs: dict[str, Any], *args: Any) -> Any:
        call = getattr(super(), method)
        if is_within(self):
            return await call(given, *args, **kwargs)
        steps, run, read = self._begin(given)
        with step_span(run, self._name(), "llm"):
            sent = _put(given, read, await steps.acheck(run, steps.prompt(run, read, self._name())))
            with within(self):
                answer = await call(sent, *args, **kwargs)
            return await steps.acheck(run, _check_answer(steps, run, answer))

    def _stream(self, method: str, given: Any, kwargs: dict[str, Any], *args: Any) -> Any:
        call = getattr(super(), method)
        if is_within(self):
            return call(given, *args, **kwargs)
        steps, run, read = self._begin(given)
        step = open_step(run, self._name(), "llm")
        try:
            sent = _put(given, read, steps.check(run, steps.prompt(run, read, self._name()), step.span))
            with within(self):
                chunks = call(sent, *args, **kwargs)
        except BaseException as error:
            step.end(error)
            raise
        return _flow(steps, run, parts_of(pull(lambda: within(self), iter(chunks))), step)

    async def _astream(self, method: str, given: Any, kwargs: dict[str, Any], *args: Any) -> Any:
        call = getattr(super(), method)
        if is_within(self):
            return await call(given, *args, **kwargs)
        steps, run, read = self._begin(given)
        step = open_step(run, self._name(), "llm")
        try:
            sent = _put(given, read, await steps.acheck(run, steps.prompt(run, read, self._name()), step.span))
            with within(self):
                chunks = await call(sent, *args, **kwargs)
        except BaseException as error:
            step.end(error)
            raise
        return _aflow(steps, run, aparts_of(apull(lambda: within(self), aiter(chunks))), step)

    def _begin(self, given: Any) -> tuple[Steps, Run, list[Message]]:
        read = [("user", given)] if isinstance(given, str) else read_messages(given)
        return own_steps(self), current_run(), read

    def _name(self) -> str:
        return str(getattr(self, "model", None) or type(self).__bases__[1].__name__)


@contextmanager
def _own_run() -> Iterator[Run]:
    """The run of this context, or a new one until the end of the block."""
    run = open_run()
    if run is not None:
        yield run
        return
    run = Run()
    enter_run(run)
    try:
        yield run
    finally:
        enter_run(None)


def _flow(steps: Steps, run: Run, parts: Iterator[Part], step: OpenStep) -> Iterator[Any]:
    """An answer as it may go out, and its end."""
    flow, shown = create_flow(), Shown()
    with ending(step):
        for part in steps.flow(run, parts, flow, step.span):
            yield shown.write(part)
        yield from steps.check(run, check_rest(steps, flow, shown), step.span)
        _record_usage(run, shown.last)


async def _aflow(steps: Steps, run: Run, parts: AsyncIterator[Part], step: OpenStep) -> AsyncIterator[Any]:
    flow, shown = create_flow(), Shown()
    with ending(step):
        async with aclosing(steps.aflow(run, parts, flow, step.span)) as flowing:
            async for part in flowing:
                yield shown.write(part)
        for chunk in await steps.acheck(run, check_rest(steps, flow, shown), step.span):
            yield chunk
        _record_usage(run, shown.last)


async def _pass_on(chunks: list[Any]) -> AsyncIterator[Any]:
    for chunk in chunks:
        yield chunk


def _put(given: Any, read: list[Message], texts: list[str]) -> Any:
    return texts[0] if isinstance(given, str) else with_texts(given, read, texts)


def _check_answer(steps: Steps, run: Run, answer: Any) -> Check[Any]:
    _record_usage(run, answer)
    original = text_of_answer(answer)
    text = yield from steps.answer(original)
    return answer if text == original else with_answer(answer, text)


def check_shape(steps: Steps, shape: Any) -> Check[Any]:
    """An answer in a wanted shape, which the model may have written as a call: its JSON is what leaves the agent."""
    if isinstance(shape, (list, tuple)):
        checked = []
        for one in shape:
            checked.append((yield from check_shape(steps, one)))
        return shape if all(new is old for new, old in zip(checked, shape, strict=True)) else checked
    text = to_text(shape)
    replaced = yield from steps.answer(text)
    if replaced == text:
        return shape
    try:
        return type(shape).model_validate_json(replaced)
    except (AttributeError, ValueError) as error:
        raise EnforcementUnavailableError("an answer in this shape cannot be replaced") from error


def _check_shapes(steps: Steps, shapes: list[Any]) -> Check[list[Any]]:
    """Each of a stream is the whole so far; the last one is the answer. A changed one comes in one piece."""
    if not shapes:
        return shapes
    last = yield from check_shape(steps, shapes[-1])
    return shapes if last is shapes[-1] else [last]


def _record_usage(run: Run, answer: Any) -> None:
    """Tokens, where the client of a provider reports them."""
    extra = getattr(answer, "additional_kwargs", None) or {}
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    usage = {name: extra[name] for name in names if isinstance(extra.get(name), (int, float))}
    if usage and run.trace is not None:
        run.trace.record_usage(**usage)
