"""Proof that LangChain's hooks stop a step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import HumanMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import StructuredTool

from .. import AsyncHoldpoint, Holdpoint, HoldpointError
from ._canary import expect_async_stop, expect_stop, not_guarded, open_canary
from ._in_thread import run_in_thread
from ._langchain_model import steps_of_model


def verify(
    hp: Holdpoint | AsyncHoldpoint,
    *,
    handler: BaseCallbackHandler | None = None,
    model: Any = None,
    middleware: Any = None,
) -> None:
    """Pushes a step of a paused agent through a handler, a guarded model and a middleware, as LangChain calls them.

    Raises HoldpointError that names the hook that did not stop it. Chain, model, tool and retriever around the handler
    are stand-ins; a model of yours that is not guarded is not called, and no tool of yours runs.
    """
    if handler is None and model is None and middleware is None:
        raise HoldpointError("nothing to verify")
    with open_canary(hp) as agent_id:
        if handler is not None:
            _verify_handler(handler, agent_id)
        if model is not None:
            _verify_model(model, agent_id)
        if middleware is not None:
            _verify_middleware(middleware, agent_id)


def _verify_handler(handler: BaseCallbackHandler, agent_id: str) -> None:
    if not handler.raise_error or not handler.run_inline:
        raise HoldpointError("LangChain swallows what the handler raises: leave `raise_error` and `run_inline` true")
    config: Any = {"callbacks": [handler]}
    tool = StructuredTool.from_function(lambda: "canary", name="canary", description="canary")
    steps: dict[str, Any] = {
        "chain": RunnableLambda(lambda _: "canary"),
        "model": FakeListChatModel(responses=["canary"]),
        "retriever": _CanaryRetriever(),
    }
    for name, step in steps.items():
        expect_stop(f"the handler of a {name}", agent_id, partial(step.invoke, "canary", config))
        _expect_async(f"the asynchronous handler of a {name}", agent_id, partial(step.ainvoke, "canary", config))
    expect_stop("the handler of a tool", agent_id, partial(tool.invoke, {}, config))
    _expect_async("the asynchronous handler of a tool", agent_id, partial(tool.ainvoke, {}, config))


def _verify_model(model: Any, agent_id: str) -> None:
    what = f"model `{type(model).__name__}`"
    if steps_of_model(model) is None:
        raise not_guarded(what, "pass it through `guard_model`")
    messages = [HumanMessage("canary")]

    async def read(call: Callable[..., Any]) -> None:
        async for _ in call(messages):
            pass

    expect_stop(f"`invoke` of {what}", agent_id, partial(model.invoke, messages))
    try:
        bound = model.bind_tools([])
    except NotImplementedError:
        pass  # it takes no tools
    else:
        expect_stop(f"what `bind_tools` of {what} gives", agent_id, partial(bound.invoke, messages))
    expect_stop(f"`stream` of {what}", agent_id, lambda: list(model.stream(messages)))
    _expect_async(f"`ainvoke` of {what}", agent_id, partial(model.ainvoke, messages))
    _expect_async(f"`astream` of {what}", agent_id, partial(read, model.astream))
    _expect_async(f"`astream_events` of {what}", agent_id, partial(read, model.astream_events))


def _verify_middleware(middleware: Any, agent_id: str) -> None:
    from langchain.agents.middleware.types import ModelRequest  # noqa: PLC0415 - an optional package
    from langgraph.prebuilt.tool_node import ToolCallRequest  # noqa: PLC0415

    model = ModelRequest(model=FakeListChatModel(responses=["canary"]), messages=[HumanMessage("canary")])
    call: Any = {"name": "canary", "args": {}, "id": "canary", "type": "tool_call"}
    tool = ToolCallRequest(tool_call=call, tool=None, state={}, runtime=None)  # type: ignore[arg-type]

    async def pass_on(_: Any) -> None:
        return None

    for name, request in (("wrap_model_call", model), ("wrap_tool_call", tool)):
        wrap, awrap = getattr(middleware, name), getattr(middleware, f"a{name}")
        expect_stop(f"`{name}` of the middleware", agent_id, partial(wrap, request, lambda _: None))
        _expect_async(f"`a{name}` of the middleware", agent_id, partial(awrap, request, pass_on))


def _expect_async(what: str, agent_id: str, push: Callable[[], Any]) -> None:
    """In a loop and a thread of its own: there may be a loop in this one."""
    run_in_thread(lambda: expect_async_stop(what, agent_id, push))


class _CanaryRetriever(BaseRetriever):
    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [Document("canary")]
