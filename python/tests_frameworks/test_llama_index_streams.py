"""Streams of guarded models of LlamaIndex."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from llama_index.core.base.llms.types import (
    ChatMessage,
    ThinkingBlock,
)
from llama_stand_ins import CountingModel
from samples import SAMPLES

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.llama_index import guard_llm

METHODS = ["stream_chat", "stream_complete", "astream_chat", "astream_complete"]


def each_chunk(llm: Any, method: str, see: Callable[[Any], None]) -> None:
    """Reads a stream by one of its four methods, chunk by chunk."""
    given = [ChatMessage(role="user", content="hello")] if "chat" in method else "hello"

    async def read() -> None:
        async for chunk in await getattr(llm, method)(given):
            see(chunk)

    if method.startswith("a"):
        asyncio.run(read())
    else:
        for chunk in getattr(llm, method)(given):
            see(chunk)


@pytest.mark.parametrize("method", METHODS)
def test_a_stream_flows_a_hold_back_behind_the_model_and_is_decided_once(hp: Holdpoint, method: str) -> None:
    pulled: list[int] = []

    class Telling(CountingModel):
        def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
            for at, chunk in enumerate(super().stream_chat(messages, **kwargs)):
                pulled.append(at)
                yield chunk

    text = " ".join(f"word{at}" for at in range(400))
    pulled_at_first: list[int] = []
    seen: list[Any] = []
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))

    def see(chunk: Any) -> None:
        pulled_at_first.append(len(pulled))
        seen.append(chunk)

    each_chunk(guard_llm(hp, Telling(text), agent_id="support-bot"), method, see)
    assert pulled_at_first[0] < 100
    assert "".join(chunk.delta for chunk in seen) == text
    assert str(seen[-1].message.content if "chat" in method else seen[-1].text) == text
    assert phases == ["input", "output"]


@pytest.mark.parametrize("method", METHODS)
def test_a_stream_is_cut_before_what_stops_it(hp: Holdpoint, method: str) -> None:
    before = " ".join(f"word{at}" for at in range(200))
    seen: list[Any] = []
    llm = guard_llm(hp, CountingModel(f"{before} {SAMPLES['attack']} {before}"), agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        each_chunk(llm, method, seen.append)
    assert seen
    assert SAMPLES["attack"][:20] not in str(seen)


@pytest.mark.parametrize("method", METHODS)
def test_no_chunk_of_a_masked_stream_has_the_original_text(hp: Holdpoint, method: str) -> None:
    words = " ".join(f"word{at}" for at in range(150))
    seen: list[Any] = []
    model = CountingModel(f"{words} ask jane@example.com soon {words}")
    each_chunk(guard_llm(hp, model, agent_id="support-bot"), method, seen.append)
    assert "jane@example.com" not in str([chunk.model_dump() for chunk in seen])
    whole = str(seen[-1].message.content if "chat" in method else seen[-1].text)
    assert "".join(chunk.delta for chunk in seen) == whole
    assert " soon word0" in whole


def test_a_stream_that_says_more_than_its_pieces_is_held_from_there_on(hp: Holdpoint) -> None:
    class Thinking(CountingModel):
        def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
            for chunk in super().stream_chat(messages, **kwargs):
                blocks = [*chunk.message.blocks, ThinkingBlock(content=SAMPLES["attack"])]
                yield chunk.model_copy(update={"message": chunk.message.model_copy(update={"blocks": blocks})})

    seen: list[Any] = []
    with pytest.raises(PolicyBlockedError):
        each_chunk(guard_llm(hp, Thinking("a harmless text"), agent_id="support-bot"), "stream_chat", seen.append)
    assert seen == []


def test_a_model_is_checked_between_the_chunks_of_its_own_stream(hp: Holdpoint) -> None:
    llm = guard_llm(hp, CountingModel(" ".join(["word"] * 400), "never"), agent_id="support-bot")
    for _ in llm.stream_chat([ChatMessage(role="user", content="hello")]):
        with pytest.raises(PolicyBlockedError):
            llm.chat([ChatMessage(role="user", content=SAMPLES["attack"])])
        break
