"""Middleware for LangChain's `create_agent`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables.config import ensure_config
from langchain_core.tracers._streaming import _StreamingCallbackHandler

from .. import AsyncHoldpoint, Holdpoint
from ._identity import EstimateCost, canary_id
from ._langchain_besides import check_besides
from ._langchain_messages import (
    read_messages,
    read_tool_args,
    read_tool_result,
    text_of_content,
    text_of_prompt,
    with_all_text,
    with_text,
)
from ._langchain_model import steps_of_model
from ._steps import Check, Run, Steps, open_run


class HoldpointMiddleware(AgentMiddleware[Any, Any, Any]):
    """Checks every model and tool call of an agent, and puts masked and redacted texts in place of the original ones.

    The first of `create_agent(…, middleware=[…])`, so that no other can swallow what it raises. Use it instead of the
    callback handler: both together check, and charge, everything twice. It leaves a guarded model to its guard.
    """

    def __init__(
        self,
        hp: Holdpoint | AsyncHoldpoint,
        *,
        agent_id: str,
        estimate_cost: EstimateCost | None = None,
        **identity: Any,
    ) -> None:
        """Other keywords: `environment`, `session_id`, `user_id`."""
        super().__init__()
        self.tools = []
        self._steps = Steps(hp, agent_id, estimate_cost, identity)

    @property
    def name(self) -> str:
        """Under which an agent lists it."""
        return "holdpoint"

    def before_agent(self, state: Any, runtime: Any) -> None:
        """A new run: what was approved in another is asked again."""
        _current.set(Run())

    async def abefore_agent(self, state: Any, runtime: Any) -> None:
        """The same in a loop."""
        _current.set(Run())

    def wrap_model_call(self, request: ModelRequest[Any], handler: Callable[..., Any]) -> Any:
        """Phase `input` before the model, `output` after it."""
        if self._is_guarded(request.model):
            return handler(request)
        run = _run()
        self._count_stream()
        response = handler(self._steps.check(run, _check_request(self._steps, run, request)))
        return self._steps.check(run, _check_response(self._steps, response))

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Callable[..., Awaitable[Any]]) -> Any:
        """The same in a loop: a wait for approval does not hold it."""
        if self._is_guarded(request.model):
            return await handler(request)
        run = _run()
        self._count_stream()
        response = await handler(await self._steps.acheck(run, _check_request(self._steps, run, request)))
        return await self._steps.acheck(run, _check_response(self._steps, response))

    def wrap_tool_call(self, request: Any, handler: Callable[..., Any]) -> Any:
        """Phase `tool_call` before the tool, `tool_result` after it."""
        run, name, args = _run(), *_read_call(request)
        checked = self._steps.check(run, self._steps.tool_call(name, args))
        output = handler(_with_args(request, args, checked))
        return self._steps.check(run, _check_output(self._steps, run, request, args, output))

    async def awrap_tool_call(self, request: Any, handler: Callable[..., Awaitable[Any]]) -> Any:
        """The same in a loop."""
        run, name, args = _run(), *_read_call(request)
        checked = await self._steps.acheck(run, self._steps.tool_call(name, args))
        output = await handler(_with_args(request, args, checked))
        return await self._steps.acheck(run, _check_output(self._steps, run, request, args, output))

    def _count_stream(self) -> None:
        """Somebody reads the tokens of a model that is not guarded before its answer is checked (clause R-7)."""
        callbacks = ensure_config().get("callbacks")
        handlers = callbacks if isinstance(callbacks, list) else getattr(callbacks, "handlers", [])
        if any(isinstance(one, _StreamingCallbackHandler) for one in handlers) and not canary_id():
            self._steps.client.report_ungoverned("no_handler", "langchain.stream")

    def _is_guarded(self, model: Any) -> bool:
        """By this client: the guard of another knows other policies."""
        steps = steps_of_model(model)
        return steps is not None and steps.client.sync is self._steps.client.sync


_current: ContextVar[Run | None] = ContextVar("holdpoint_langchain_run", default=None)


def _run() -> Run:
    return Run() if canary_id() else open_run() or _current.get() or Run()


def _check_request(steps: Steps, run: Run, request: ModelRequest[Any]) -> Check[ModelRequest[Any]]:
    read = read_messages(request.messages)
    texts = yield from steps.prompt(run, read)
    messages = [
        message if text == old else with_all_text(message, text)
        for message, (_, old), text in zip(request.messages, read, texts, strict=True)
    ]
    return request.override(messages=messages)  # type: ignore[arg-type]


def _check_response(steps: Steps, response: Any) -> Check[Any]:
    if isinstance(response, AIMessage):
        return (yield from _check_message(steps, response))
    inner = getattr(response, "model_response", response)
    messages = []
    for message in inner.result:
        messages.append((yield from _check_message(steps, message)) if isinstance(message, AIMessage) else message)
    if inner.structured_response is not None:
        # An answer in a wanted shape: its JSON is what leaves the agent.
        yield from steps.answer(str(read_tool_result(inner.structured_response)))
    if all(new is old for new, old in zip(messages, inner.result, strict=True)):
        return response
    checked: ModelResponse[Any] = ModelResponse(result=messages, structured_response=inner.structured_response)
    if inner is response:
        return checked
    response.model_response = checked
    return response


def _check_message(steps: Steps, message: AIMessage) -> Check[Any]:
    original = text_of_content(message.content)
    text = yield from steps.answer(original)
    said = message if text == original else with_text(message, text, text_of_content)
    return (yield from check_besides(steps, said))


def _check_output(steps: Steps, run: Run, request: Any, args: dict[str, Any], output: Any) -> Check[Any]:
    result = str(read_tool_result(output))
    text = yield from steps.tool_result(run, str(request.tool_call["name"]), args, result)
    checked = output if text == result or not isinstance(output, ToolMessage) else with_text(output, text)
    if not getattr(request.tool, "return_direct", False) or not isinstance(checked, ToolMessage):
        return checked
    # It is the agent's answer.
    said = text_of_prompt(checked.content)
    shown = yield from steps.answer(said)
    return checked if shown == said else with_text(checked, shown)


def _read_call(request: Any) -> tuple[str, dict[str, Any]]:
    return str(request.tool_call["name"]), read_tool_args(request.tool_call["args"], "")


def _with_args(request: Any, args: dict[str, Any], checked: dict[str, Any]) -> Any:
    if checked is args:
        return request
    changed = {name: value for name, value in checked.items() if value != args[name]}
    return request.override(tool_call={**request.tool_call, "args": {**request.tool_call["args"], **changed}})
