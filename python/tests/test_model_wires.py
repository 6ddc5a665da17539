"""Answers and requests that are written in unusual ways, through the real client on a scripted transport."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from anthropic import Anthropic
from conftest import Create
from model_ways import ATTACK, POLICIES
from openai import OpenAI

from holdpoint import EnforcementUnavailableError, PolicyBlockedError
from holdpoint.adapters.anthropic import guard_anthropic
from holdpoint.adapters.openai import guard_openai


class Scripted:
    """A guarded client whose transport gives one answer."""

    def __init__(self, create: Create, answer: Any, kind: str = "application/json") -> None:
        self.sent: list[bytes] = []
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()

        def handle(request: httpx2.Request) -> httpx2.Response:
            self.sent.append(request.content)
            return httpx2.Response(200, headers={"content-type": kind}, content=content)

        http = httpx2.Client(transport=httpx2.MockTransport(handle))
        hp = create(policies=POLICIES)
        inner = OpenAI(api_key="none", base_url="http://stand-in.test/v1", http_client=http)
        self.openai: Any = guard_openai(hp, inner, agent_id="a")
        other = Anthropic(api_key="none", base_url="http://stand-in.test", http_client=http)
        self.anthropic: Any = guard_anthropic(hp, other, agent_id="a")

    def chat(self, **options: Any) -> Any:
        return self.openai.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], **options)


def events(*data: Any) -> str:
    return "".join(f"event: {one.get('type', 'x')}\r\ndata: {json.dumps(one)}\r\n\r\n" for one in data)


ITEM = {"type": "function_call", "call_id": "c1", "name": "search", "arguments": '{"q":"x"}'}
END = {"type": "response.completed", "response": {"output": [ITEM]}}
STREAM = "text/event-stream"


def piece(delta: str) -> Any:
    return {"type": "response.function_call_arguments.delta", "item_id": "i", "output_index": 0, "delta": delta}


def said(delta: str) -> Any:
    at = {"item_id": "m", "output_index": 0, "content_index": 0}
    return {"type": "response.output_text.delta", **at, "delta": delta}


def test_a_stream_must_say_in_pieces_what_it_says_at_its_end(create: Create) -> None:
    fine = Scripted(create, events(piece('{"q":'), piece('"x"}'), END), STREAM)
    stream = fine.openai.responses.create(model="m", input="hi", stream=True)
    assert "".join(one.delta for one in stream if one.type.endswith(".delta")) == '{"q":"x"}'
    with pytest.raises(EnforcementUnavailableError):
        Scripted(create, events(piece('{"q":"rm"}'), END), STREAM).openai.responses.create(
            model="m", input="hi", stream=True
        )
    with pytest.raises(PolicyBlockedError):
        Scripted(create, events(said("for"), said("bidden"), END), STREAM).openai.responses.create(
            model="m", input="hi", stream=True
        )


def test_a_stream_that_is_cut_off_is_checked_as_far_as_it_came(create: Create) -> None:
    cut = events(*({"choices": [{"index": 0, "delta": {"content": text}}]} for text in ("for", "bidden")))
    with pytest.raises(PolicyBlockedError):
        Scripted(create, cut, STREAM).chat(stream=True)
    with pytest.raises(EnforcementUnavailableError):
        Scripted(create, 'data: {"choices":', STREAM).chat(stream=True)


@pytest.mark.parametrize(
    "choice",
    [
        {"message": {"content": "fine", "reasoning_content": "a forbidden thought"}},
        {"message": {"content": None, "refusal": "that is forbidden"}},
        {"message": {"audio": {"id": "a", "data": "AAAA", "transcript": "forbidden"}}},
        {"message": {"content": [{"type": "text", "text": "forbidden"}]}},
        {"text": "forbidden", "index": 0},
        {"message": {"function_call": {"name": "db_write", "arguments": "{}"}}},
        {"message": {"tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "db_write", "input": "x"}}]}},
    ],
)
def test_every_text_and_call_of_a_completion_is_checked(create: Create, choice: Any) -> None:
    with pytest.raises(PolicyBlockedError):
        Scripted(create, {"choices": [{"message": {"content": "fine"}}, choice]}).chat()


@pytest.mark.parametrize(
    "item",
    [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "forbidden"}]},
        {"type": "mcp_call", "name": "x", "arguments": "{}", "output": "forbidden"},
        {"type": "code_interpreter_call", "code": "1", "outputs": [{"type": "logs", "logs": "forbidden"}]},
        {"type": "custom_tool_call", "call_id": "c", "name": "db_write", "input": "x"},
    ],
)
def test_every_text_and_call_of_a_response_is_checked_stored_ones_included(create: Create, item: Any) -> None:
    with pytest.raises(PolicyBlockedError):
        Scripted(create, {"output": [item]}).openai.responses.create(model="m", input="hi")
    with pytest.raises(PolicyBlockedError):
        Scripted(create, {"output": [item]}).openai.responses.retrieve("resp-1")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "thinking", "thinking": "forbidden", "signature": "s"},
        {"type": "web_fetch_tool_result", "content": {"text": "forbidden"}},
        {"type": "tool_use", "id": "c", "name": "db_write", "input": {}},
    ],
)
def test_every_text_and_call_of_a_message_is_checked(create: Create, block: Any) -> None:
    scripted = Scripted(create, {"type": "message", "content": [block]})
    with pytest.raises(PolicyBlockedError):
        scripted.anthropic.messages.create(model="m", max_tokens=1, messages=[{"role": "user", "content": "hi"}])


def test_documents_that_are_texts_are_read(create: Create) -> None:
    scripted = Scripted(create, {})
    source = {"type": "text", "media_type": "text/plain", "data": ATTACK}
    content = [{"type": "document", "source": source}, {"type": "text", "text": "Sum this up."}]
    for ask in (scripted.anthropic.messages.create, scripted.anthropic.messages.count_tokens):
        options = {"max_tokens": 1} if ask == scripted.anthropic.messages.create else {}
        with pytest.raises(PolicyBlockedError):
            ask(model="m", messages=[{"role": "user", "content": content}], **options)
    assert scripted.sent == []


@pytest.mark.parametrize("answer", ["not JSON", "[]", '"text"'])
def test_an_answer_that_cannot_be_read_is_held(create: Create, answer: str) -> None:
    with pytest.raises(EnforcementUnavailableError):
        Scripted(create, answer).chat()


def test_a_prompt_in_tokens_is_held(create: Create) -> None:
    scripted = Scripted(create, {})
    with pytest.raises(EnforcementUnavailableError):
        scripted.openai.completions.create(model="m", prompt=[1, 2, 3])
    assert scripted.sent == []
