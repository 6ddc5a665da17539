"""A model that is asked only what policies let pass, at every turn of a run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from agents import Model, ModelResponse
from agents.items import TResponseStreamEvent

from .. import AsyncHoldpoint, Holdpoint
from ._agents_guardrails import check_input
from ._agents_items import read_call_ids, read_outputs, read_unguarded_calls
from ._agents_memory import asynchronous, current_trace, memory_of, remember
from ._identity import EstimateCost, Identity, halting


def guard_model(
    hp: Holdpoint | AsyncHoldpoint,
    model: Model,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> Model:
    """The same model, guarded: the user's input, earlier messages, results of tools, and its answers.

    What stops it is raised as it is. A stream is held until the whole answer was checked: nothing of one that is
    stopped goes on.
    """
    if isinstance(model, _GuardedModel):
        return model
    return _GuardedModel(asynchronous(hp), model, Identity(agent_id, estimate_cost=estimate_cost, **identity))


# The events that carry the whole answer.
_ENDS = ("response.completed", "response.incomplete", "response.failed")


def is_guarded(model: Any) -> bool:
    """True for what `guard_model` gave back."""
    return isinstance(model, _GuardedModel)


class _GuardedModel(Model):
    def __init__(self, client: AsyncHoldpoint, model: Model, who: Identity) -> None:
        self._client = client
        self._model = model
        self._who = who

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        approved = await self._before(args, kwargs)
        response = await self._model.get_response(*args, **kwargs)
        await self._after(response.output, approved)
        return response

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        approved = await self._before(args, kwargs)
        held: list[Any] = [event async for event in self._model.stream_response(*args, **kwargs)]
        outputs = [event.response.output for event in held if event.type in _ENDS]
        streamed = "".join(event.delta for event in held if event.type == "response.output_text.delta")
        # A stream that says something else than its last event, or has none, is read as it flowed.
        if streamed not in "\n".join(text for output in outputs for text in read_outputs(output)):
            with halting():
                trace = current_trace(self._client.sync)
                await self._client.enforce_output(output=streamed, trace=trace, **self._who.fields())
        for output in outputs:
            await self._after(output, approved)
        for event in held:
            yield event

    async def close(self) -> None:
        await self._model.close()

    def get_retry_advice(self, request: Any) -> Any:
        return self._model.get_retry_advice(request)

    async def _before(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...] | None:
        return await check_input(self._client, self._who, kwargs["input"] if "input" in kwargs else args[1])

    async def _after(self, output: Iterable[Any], approved: tuple[str, ...] | None) -> None:
        items = list(output)
        trace = current_trace(self._client.sync)
        with halting():
            for text in read_outputs(items):
                await self._client.enforce_output(output=text, trace=trace, **self._who.fields())
            for name, call_args in read_unguarded_calls(items):
                await self._client.enforce_tool_call(tool=name, args=call_args, trace=trace, **self._who.fields())
        if approved is not None:
            for call_id in read_call_ids(items):
                remember(memory_of(self._client.sync).approved_calls, call_id, approved)
