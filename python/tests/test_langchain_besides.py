"""LangChain: what an answer says otherwise than as its text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Create
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.langchain import HoldpointCallbackHandler, guard_model
from holdpoint.adapters.langchain_middleware import HoldpointMiddleware

Said = dict[str, Any]

BLOCK = {
    "id": "words",
    "policyType": "keyword_filter",
    "enforcementMode": "block",
    "ruleDefinition": {"terms": ["forbidden"]},
}
MASK = {
    "id": "mask",
    "policyType": "pii_access",
    "enforcementMode": "warn",
    "ruleDefinition": {"denied_pii_types": ["email"], "mask_output": True},
}

PLACES: dict[str, Callable[[str], Said]] = {
    "a thought beside the answer": lambda text: {"additional_kwargs": {"reasoning_content": text}},
    "a refusal beside the answer": lambda text: {"additional_kwargs": {"refusal": text}},
    "a summary of thoughts": lambda text: {
        "additional_kwargs": {"reasoning": {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}}
    },
    "what a tool of the provider gave": lambda text: {
        "additional_kwargs": {
            "tool_outputs": [{"type": "code_interpreter_call", "outputs": [{"type": "logs", "logs": text}]}]
        }
    },
    "what was said aloud": lambda text: {"additional_kwargs": {"audio": {"data": "UklGRg==", "transcript": text}}},
    "a citation of a text": lambda text: {
        "content": [{"type": "text", "text": "fine", "citations": [{"type": "page", "cited_text": text}]}]
    },
    "a second member of a part": lambda text: {"content": [{"type": "text", "text": "fine", "reasoning": text}]},
    "a part that nobody knows": lambda text: {"content": [{"type": "non_standard", "value": {"said": text}}]},
    "a result in a part": lambda text: {"content": [{"type": "server_tool_call_result", "output": text}]},
}


class Saying(BaseChatModel):
    """Answers with one message, whole or in a stream whose text has begun."""

    _said: Said = PrivateAttr()

    def __init__(self, said: Said) -> None:
        super().__init__()
        self._said = said

    @property
    def _llm_type(self) -> str:
        return "stand-in"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(**{"content": "fine", **self._said}))])

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        for said in ({"content": "well "}, {"content": "", **self._said}, {"content": " then"}):
            yield ChatGenerationChunk(message=AIMessageChunk(**said))


def by_model(hp: Holdpoint, model: Saying, seen: list[Any]) -> BaseMessage:
    answer: BaseMessage = guard_model(hp, model, agent_id="bot").invoke("hi")
    return answer


def by_stream(hp: Holdpoint, model: Saying, seen: list[Any]) -> BaseMessage:
    whole: Any = None
    for chunk in guard_model(hp, model, agent_id="bot").stream("hi"):
        seen.append(chunk)
        whole = chunk if whole is None else whole + chunk
    return whole  # type: ignore[no-any-return]


def by_astream(hp: Holdpoint, model: Saying, seen: list[Any]) -> BaseMessage:
    async def run() -> Any:
        whole: Any = None
        async for chunk in guard_model(hp, model, agent_id="bot").astream("hi"):
            seen.append(chunk)
            whole = chunk if whole is None else whole + chunk
        return whole

    return asyncio.run(run())  # type: ignore[no-any-return]


def by_handler(hp: Holdpoint, model: Saying, seen: list[Any]) -> BaseMessage:
    return model.invoke("hi", {"callbacks": [HoldpointCallbackHandler(hp, agent_id="bot")]})


def by_middleware(hp: Holdpoint, model: Saying, seen: list[Any]) -> BaseMessage:
    agent = create_agent(model, [], middleware=[HoldpointMiddleware(hp, agent_id="bot")])
    messages = agent.invoke({"messages": [{"role": "user", "content": "hi"}]})["messages"]
    return messages[-1]  # type: ignore[no-any-return]


WAYS = [by_model, by_stream, by_astream, by_handler, by_middleware]
Way = Callable[[Holdpoint, Saying, list[Any]], BaseMessage]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", list(PLACES))
def test_it_is_judged(create: Create, way: Way, place: str) -> None:
    hp = create(policies=[BLOCK])
    seen: list[Any] = []
    with pytest.raises(PolicyBlockedError):
        way(hp, Saying(PLACES[place]("it is forbidden to say")), seen)
    assert "forbidden" not in str(seen)
    assert "all is well here" in str(way(hp, Saying(PLACES[place]("all is well here")), []))


@pytest.mark.parametrize("way", [way for way in WAYS if way is not by_handler])
@pytest.mark.parametrize("place", list(PLACES))
def test_it_is_left_out_where_it_is_masked(create: Create, way: Way, place: str) -> None:
    hp = create(policies=[MASK])
    seen: list[Any] = []
    answer = way(hp, Saying(PLACES[place]("ask jane@example.com about it")), seen)
    assert "jane@example.com" not in str(answer) + str(seen)


def test_what_is_no_text_is_not_judged_and_an_answer_of_text_alone_is_judged_once(create: Create) -> None:
    hp = create(policies=[BLOCK])
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    said: Said = {
        "additional_kwargs": {
            "phase": "final_answer",
            "reasoning": {"id": "rs_1", "type": "reasoning", "encrypted_content": "forbidden" * 9},
            "__gemini_function_call_thought_signatures__": {"call_1": "forbidden"},
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a":"forbidden"}'}}
            ],
        },
        "content": [
            {"type": "text", "text": "fine", "index": 0, "annotations": []},
            {"type": "tool_use", "id": "1", "name": "f", "input": {"a": "forbidden"}},
            {"type": "input_json_delta", "input": '{"a":"forbidden"}'},
            {"type": "image", "source_type": "base64", "mime_type": "image/png", "data": "iVBORw0KGgo="},
        ],
    }
    guard_model(hp, Saying(said), agent_id="bot").invoke("hi")
    assert phases.count("output") == 1
