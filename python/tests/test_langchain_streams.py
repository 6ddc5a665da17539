"""Streams of guarded models of LangChain: let out as they are judged (SPECIFICATION F-12)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from conftest import Create
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint._gen.tables import STREAMS
from holdpoint.adapters.langchain import HoldpointCallbackHandler, guard_model

RULES: list[dict[str, Any]] = [
    {
        "id": "words",
        "policyType": "keyword_filter",
        "enforcementMode": "block",
        "ruleDefinition": {"terms": ["forbidden fruit"]},
    },
    {
        "id": "mask",
        "policyType": "pii_access",
        "enforcementMode": "monitor",
        "ruleDefinition": {"denied_pii_types": ["email"], "mask_output": True},
    },
]
FILLER = ["so ", "it ", "goes ", "on "] * 100
CALL = {"name": "db_read", "args": "{}", "id": "call-1", "index": 0, "type": "tool_call_chunk"}


def text(content: Any, **more: Any) -> ChatGenerationChunk:
    return ChatGenerationChunk(
        message=AIMessageChunk(content=content, **more), generation_info={"logprobs": {"content": [content]}}
    )


class Counting(BaseChatModel):
    """Gives out chunks and counts them."""

    _chunks: list[ChatGenerationChunk] = PrivateAttr()
    # A list, which copies of the model share.
    _seen: list[Any] = PrivateAttr(default_factory=list)

    def __init__(self, chunks: list[ChatGenerationChunk]) -> None:
        super().__init__()
        self._chunks = chunks

    @property
    def _llm_type(self) -> str:
        return "stand-in"

    @property
    def given(self) -> int:
        return len(self._seen)

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("never"))])

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        for chunk in self._chunks:
            self._seen.append(chunk)
            yield chunk


class AsyncCounting(Counting):
    async def _astream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kw: Any) -> AsyncIterator[Any]:
        for chunk in self._chunks:
            self._seen.append(chunk)
            yield chunk


# What a reader got, after how many chunks of the model the first of it came, and what ended it.
Got = tuple[list[Any], int, BaseException | None]


def read(model: Any, guarded: Any, **config: Any) -> Got:
    out: list[Any] = []
    first = 0
    try:
        for chunk in guarded.stream("hi", config or None):
            first = first or (model.given if chunk.content else 0)
            out.append(chunk)
    except PolicyBlockedError as error:
        return out, first, error
    return out, first, None


def aread(model: Any, guarded: Any, **config: Any) -> Got:
    out: list[Any] = []
    first = [0]

    async def run() -> None:
        async for chunk in guarded.astream("hi", config or None):
            first[0] = first[0] or (model.given if chunk.content else 0)
            out.append(chunk)

    try:
        asyncio.run(run())
    except PolicyBlockedError as error:
        return out, first[0], error
    return out, first[0], None


ways = pytest.mark.parametrize(("kind", "way"), [(Counting, read), (Counting, aread), (AsyncCounting, aread)])
Way = Callable[..., Got]


def said(out: list[Any]) -> str:
    return "".join(str(chunk.text) for chunk in out)


@pytest.fixture
def rules(create: Create) -> Holdpoint:
    return create(policies=RULES)


@ways
def test_the_first_text_is_there_before_the_last_is_made(rules: Holdpoint, kind: Any, way: Way) -> None:
    model = kind([text(word) for word in FILLER])
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    out, first, ended = way(model, guard_model(rules, model, agent_id="bot"))
    assert (said(out), ended) == ("".join(FILLER), None)
    assert 0 < first < len(FILLER)
    assert len("".join(FILLER[:first])) < STREAMS["holdBack"] + 2 * STREAMS["step"]
    assert phases == ["input", "output"]


@ways
def test_a_finding_cuts_a_stream_and_nothing_of_it_goes_out(rules: Holdpoint, kind: Any, way: Way) -> None:
    model = kind([text(word) for word in [*FILLER, "a forb", "idden fr", "uit ", *FILLER, *FILLER]])
    handler = HoldpointCallbackHandler(rules, agent_id="bot")
    out, _, ended = way(model, guard_model(rules, model, agent_id="bot"), callbacks=[handler])
    assert isinstance(ended, PolicyBlockedError)
    assert "".join([*FILLER, "a "]).startswith(said(out))
    assert len(said(out)) > 400
    assert model.given < 2 * len(FILLER)
    assert handler.open_runs == 0


@ways
def test_what_is_masked_is_nowhere_in_what_goes_out(rules: Holdpoint, kind: Any, way: Way) -> None:
    words = [*FILLER, "ask ann@", "example.com ", "now ", *FILLER]
    model = kind([text(word, response_metadata={"logprobs": [word]}) for word in words])
    out, _, ended = way(model, guard_model(rules, model, agent_id="bot"))
    assert ended is None
    assert "example.com" not in repr(out)
    assert "ann@" not in repr(out)
    whole = rules.enforce_output(agent_id="bot", output="".join(words)).transforms[0].text
    assert said(out) == whole
    assert "'logprobs': ['goes ']" in repr(out)


@ways
def test_calls_of_tools_come_once_when_the_answer_has_ended(rules: Holdpoint, kind: Any, way: Way) -> None:
    usage = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
    last = text("now ", tool_call_chunks=[CALL], usage_metadata=usage, response_metadata={"finish_reason": "stop"})
    model = kind([*[text(word) for word in FILLER], last])
    out, _, ended = way(model, guard_model(rules, model, agent_id="bot"))
    assert ended is None
    whole = out[0]
    for chunk in out[1:]:
        whole = whole + chunk
    assert str(whole.text) == "".join([*FILLER, "now "])
    assert [call["name"] for call in whole.tool_calls] == ["db_read"]
    assert (whole.usage_metadata["total_tokens"], whole.response_metadata["finish_reason"]) == (3, "stop")
    assert not any(getattr(chunk, "tool_call_chunks", None) for chunk in out[: len(FILLER) // 2])


@ways
def test_a_text_that_goes_on_after_a_call_is_judged_with_what_came_before(
    rules: Holdpoint, kind: Any, way: Way
) -> None:
    model = kind(
        [*[text(word) for word in FILLER], text("forbidden "), text("", tool_call_chunks=[CALL]), text("fruit")]
    )
    out, _, ended = way(model, guard_model(rules, model, agent_id="bot"))
    assert isinstance(ended, PolicyBlockedError)
    assert not any(getattr(chunk, "tool_call_chunks", None) for chunk in out)
    assert "fruit" not in said(out)


@ways
def test_blocks_of_content_flow_each_for_itself(rules: Holdpoint, kind: Any, way: Way) -> None:
    thoughts = [text([{"type": "thinking", "thinking": word, "index": 0}]) for word in FILLER]
    words = [text([{"type": "text", "text": word, "index": 1}]) for word in [*FILLER, "mail ann@example.com", " now"]]
    model = kind([*thoughts, *words])
    outputs: list[str] = []
    rules.on("decision", lambda event: outputs.append(event.decision.phase))
    out, first, ended = way(model, guard_model(rules, model, agent_id="bot"))
    assert ended is None
    assert 0 < first < len(FILLER)
    assert outputs == ["input", "output", "output"]
    assert "example.com" not in repr(out)
    whole = out[0]
    for chunk in out[1:]:
        whole = whole + chunk
    kinds = [block["type"] for block in whole.content]
    assert kinds == ["thinking", "text"]


def test_a_reader_that_goes_away_closes_the_model_and_leaves_a_record(rules: Holdpoint) -> None:
    model = Counting([text(word) for word in FILLER])
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    stream = guard_model(rules, model, agent_id="bot").stream("hi")
    next(stream)
    stream.close()
    assert model.given < len(FILLER)
    assert phases == ["input", "output"]
