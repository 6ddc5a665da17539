"""A model that is asked only what policies let pass, at every turn of a run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any

from agents import Model, ModelResponse
from agents.items import TResponseStreamEvent

from .. import AsyncHoldpoint, EnforcementHaltError, Holdpoint, text_of, texts_in
from ._agents_guardrails import check_hosted_results, check_input
from ._agents_items import count_hosted_calls, read_call_ids, read_hosted, read_unguarded_calls
from ._agents_memory import (
    GuardedModelMark,
    StepHandle,
    asynchronous,
    is_guarded_model,
    memory_of,
    model_call,
    remember,
    stopping,
)
from ._agents_stream import create_flow, read_held, shown_texts, write_held
from ._identity import EstimateCost, Identity
from ._response_events import ENDS, put_texts, read_texts


def guard_model(
    hp: Holdpoint | AsyncHoldpoint,
    model: Model,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> Model:
    """The same model, guarded: the user's input, earlier messages, results of tools, and its answers.

    What stops it is raised as it is. A stream's text is let out as it is judged (SPECIFICATION F-1 to F-12), calls of
    tools when the answer has ended; texts of the decisions (masked, redacted) take the place of the original ones.
    """
    if is_guarded_model(model):
        return model
    return _GuardedModel(asynchronous(hp), model, Identity(agent_id, estimate_cost=estimate_cost, **identity))


class _GuardedModel(GuardedModelMark, Model):
    def __init__(self, client: AsyncHoldpoint, model: Model, who: Identity) -> None:
        self._client = client
        self._model = model
        self._who = who

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        with model_call(self._client.sync) as step:
            approved = await self._before(args, kwargs, step)
            response = await self._model.get_response(*args, **kwargs)
            shown: dict[str, str] = {}
            for text in read_texts(response.output):
                await self._check_text(text, shown, step)
            await self._check_calls(response.output, approved, step)
            response.output = put_texts(response.output, shown)
            return response

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        with model_call(self._client.sync) as step:
            approved = await self._before(args, kwargs, step)
            flow = create_flow()
            source = self._model.stream_response(*args, **kwargs)
            async with aclosing(flow.arun(self._client, source, step, self._who.fields())) as flowing:
                try:
                    async for event in flowing:
                        yield put_texts(event, shown_texts(flow))
                except EnforcementHaltError:
                    with stopping():
                        raise
            shown = shown_texts(flow)
            held = read_held(flow)
            # A stream that says something else at its end than it said before is judged by both.
            for text in held.values():
                await self._check_text(text, shown, step)
            for event in flow.held:
                if event.type in ENDS:
                    await self._check_calls(event.response.output, approved, step)
            for event in list(write_held(flow, held, shown)):
                yield event

    async def close(self) -> None:
        await self._model.close()

    def get_retry_advice(self, request: Any) -> Any:
        return self._model.get_retry_advice(request)

    async def _before(self, args: tuple[Any, ...], kwargs: dict[str, Any], step: StepHandle) -> tuple[str, ...] | None:
        items = kwargs["input"] if "input" in kwargs else args[1]
        variables = texts_in(list(((kwargs.get("prompt") or {}).get("variables") or {}).values()))
        return await check_input(self._client, self._who, items, step, variables)

    async def _check_text(self, text: str, shown: dict[str, str], step: StepHandle) -> None:
        if text in shown:
            return
        with stopping():
            decision = await self._client.enforce_output(output=text, trace=step, **self._who.fields())
        shown[text] = text_of(decision, "/output", text)

    async def _check_calls(self, output: Iterable[Any], approved: tuple[str, ...] | None, about: StepHandle) -> None:
        items = list(output)
        for _ in range(count_hosted_calls(items)):
            self._client.report_ungoverned("no_handler", "openai-agents.hosted_tool_call")
        with stopping():
            # They have run, or wait for an approval: nobody sees more of them, and the run ends.
            for step in read_hosted(items):
                if step.args is not None:
                    await self._client.enforce_tool_call(
                        tool=step.tool, args=step.args, trace=about, **self._who.fields()
                    )
                await check_hosted_results(self._client, self._who, [step], about)
            for name, call_args in read_unguarded_calls(items):
                await self._client.enforce_tool_call(tool=name, args=call_args, trace=about, **self._who.fields())
        if approved is not None:
            for call_id in read_call_ids(items):
                remember(memory_of(self._client.sync).approved_calls, call_id, approved)
