"""Proof that LlamaIndex's models and tools stop a step."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from functools import partial
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage

from .. import AsyncHoldpoint, Holdpoint, HoldpointError
from ._canary import expect_async_stop, expect_stop, not_guarded, open_canary
from ._llama_embedding import steps_of_embedding
from ._llama_model import steps_of_llm
from ._llama_tools import steps_of_tool


def verify(hp: Holdpoint | AsyncHoldpoint, *targets: Any) -> None:
    """Pushes a step of a paused agent through agents, workflows, models (every method) and tools.

    Raises HoldpointError that names what did not stop it. A model that is not guarded is not called, and no tool runs.
    """
    failed: list[BaseException] = []

    def push() -> None:
        try:
            asyncio.run(averify(hp, *targets))
        except Exception as error:  # noqa: BLE001 - raised in the caller's thread
            failed.append(error)

    # A thread of its own: there may be a loop in this one.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(push,))
    thread.start()
    thread.join()
    for error in failed:
        raise error


async def averify(hp: Holdpoint | AsyncHoldpoint, *targets: Any) -> None:
    """The same in a loop."""
    if not targets:
        raise HoldpointError("nothing to verify")
    with open_canary(hp) as agent_id:
        for target in targets:
            agents = list(getattr(target, "agents", {}).values()) or ([target] if hasattr(target, "llm") else [])
            for agent in agents:
                await _verify_model(f"model of agent `{agent.name}`", agent.llm, agent_id)
                for tool in await agent.get_tools("canary"):
                    await _verify_tool(f"tool `{tool.metadata.name}` of agent `{agent.name}`", tool, agent_id)
            if agents:
                continue
            if isinstance(target, BaseEmbedding):
                await _verify_embedding(f"embedding model `{type(target).__name__}`", target, agent_id)
            elif hasattr(target, "chat"):
                await _verify_model(f"model `{type(target).__name__}`", target, agent_id)
            else:
                await _verify_tool(
                    f"tool `{getattr(getattr(target, 'metadata', None), 'name', target)}`", target, agent_id
                )


async def _verify_model(what: str, llm: Any, agent_id: str) -> None:
    if steps_of_llm(llm) is None:
        raise not_guarded(what, "pass it through `guard_llm`, or its agent through `govern_agent`")
    messages = [ChatMessage(role="user", content="canary")]
    for method, given in (
        ("chat", messages),
        ("complete", "canary"),
        ("stream_chat", messages),
        ("stream_complete", "canary"),
    ):
        call, acall = getattr(llm, method), getattr(llm, f"a{method}")
        expect_stop(f"`{method}` of {what}", agent_id, partial(call, given))
        await expect_async_stop(f"`a{method}` of {what}", agent_id, partial(acall, given))


async def _verify_embedding(what: str, embed_model: Any, agent_id: str) -> None:
    if steps_of_embedding(embed_model) is None:
        raise not_guarded(what, "pass it through `guard_embedding`")
    for method in ("get_query_embedding", "get_text_embedding"):
        expect_stop(f"`{method}` of {what}", agent_id, partial(getattr(embed_model, method), "canary"))
        acall = partial(getattr(embed_model, f"a{method}"), "canary")
        await expect_async_stop(f"`a{method}` of {what}", agent_id, acall)


async def _verify_tool(what: str, tool: Any, agent_id: str) -> None:
    inner = getattr(tool, "base_tool", tool)
    if steps_of_tool(inner) is None:
        raise not_guarded(what, "pass it through `guard_tool`, or its agent through `govern_agent`")
    expect_stop(what, agent_id, lambda: inner("canary"))
    if hasattr(inner, "acall") and hasattr(type(inner).__mro__[2], "acall"):
        await expect_async_stop(f"`acall` of {what}", agent_id, lambda: inner.acall("canary"))
