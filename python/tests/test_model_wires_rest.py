"""What bodies say beside what an API has a name for is judged all the same."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from conftest import Create
from model_ways import ATTACK, POLICIES

from holdpoint import Holdpoint
from holdpoint.adapters._client_guard import Guard, find_halt
from holdpoint.adapters._identity import Identity

BAD = "this is forbidden text"
HI = {"role": "user", "content": "hi"}
LONG = [{"role": "user" if at % 2 else "assistant", "content": str(at)} for at in range(60)]
CALL = {"id": "1", "type": "function", "function": {"name": "db_write", "arguments": {}}}
LINE = json.dumps({"result": {"message": {"type": "message", "content": [{"type": "text", "text": BAD}]}}})
CHAT, RESPONSES, MESSAGES = "/chat/completions", "/responses", "/messages"


def ask(hp: Holdpoint, path: str, body: Any, answer: Any = None, kind: str = "application/json") -> tuple[int, Any]:
    """How often the server was asked, and what stopped it."""
    sent: list[Any] = []

    def send(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        text = answer if isinstance(answer, str) else json.dumps(answer or {"choices": []})
        return httpx.Response(200, headers={"content-type": kind}, stream=httpx.ByteStream(text.encode()))

    url = f"http://stand-in.test/v1{path}"
    request = httpx.Request("GET", url) if body is None else httpx.Request("POST", url, json=body)
    guard = Guard(hp, Identity("a", None, None, None, None), None, None)
    try:
        response = guard.send(request, send)
        response.read()
    except Exception as error:  # noqa: BLE001 - which one it is, is looked at
        return len(sent), find_halt(error)
    return len(sent), getattr(find_halt(_Answered(response)), "code", None)


class _Answered(Exception):
    def __init__(self, response: httpx.Response) -> None:
        self.response = response


def user(content: Any) -> Any:
    return {"messages": [{"role": "user", "content": content}]}


def inputs(*items: Any) -> Any:
    return {"input": list(items)}


def say(**message: Any) -> Any:
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}}]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, user({"type": "text", "text": ATTACK})),
        (CHAT, user([ATTACK])),
        (CHAT, {"messages": {"role": "user", "content": ATTACK}}),
        (CHAT, {"messages": ATTACK}),
        (CHAT, {"messages": [ATTACK]}),
        (CHAT, user([{"type": "x", "parts": [{"words": ATTACK}]}])),
        (CHAT, {"messages": [{"role": "assistant", "refusal": ATTACK}, HI]}),
        (CHAT, {"documents": [ATTACK], "messages": [HI]}),
        (CHAT, {"messages": [{**HI, "content": ATTACK}, *LONG]}),
        ("/threads/t/messages", {"role": "user", "content": ATTACK}),
        (RESPONSES, {"input": [ATTACK]}),
        (RESPONSES, {"input": {"role": "user", "content": ATTACK}}),
        (RESPONSES, inputs({"type": "message", "content": ATTACK})),
        (RESPONSES, inputs({"type": "mcp_call", "output": ATTACK}, HI)),
        (RESPONSES, inputs({"type": "code_interpreter_call", "outputs": [{"logs": ATTACK}]}, HI)),
        (RESPONSES, inputs({"type": "shell_call_output", "output": [{"stderr": ATTACK}]})),
        (RESPONSES, inputs({"type": "tool_search_output", "tools": [{"description": ATTACK}]})),
        (MESSAGES, user([{"type": "tool_result", "tool_use_id": "1", "content": [ATTACK]}])),
        (MESSAGES, user([{"type": "x_tool_result", "content": {"stdout": ATTACK}}])),
        (MESSAGES, user([{"type": "search_result", "source": ATTACK, "content": []}])),
    ],
)
def test_a_request_in_no_known_shape_is_not_sent_when_it_says_what_is_blocked(
    create: Create, path: str, body: Any
) -> None:
    assert ask(create(policies=POLICIES), path, body) == (0, "POLICY_BLOCKED")


def test_settings_of_the_program_and_calls_that_were_judged_are_no_text(create: Create) -> None:
    call = {"id": "1", "function": {"name": "search", "arguments": json.dumps({"q": ATTACK})}}
    own = {"system": ATTACK, "tools": [{"description": ATTACK}], "metadata": {"note": ATTACK}, "api_key": ATTACK}
    body = {**own, "messages": [HI, {"role": "assistant", "tool_calls": [call]}]}
    assert ask(create(policies=POLICIES), CHAT, body) == (1, None)


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        (CHAT, user("hi"), say(reasoning_details=[{"text": BAD}])),
        (CHAT, user("hi"), say(annotations=[{"url_citation": {"title": BAD}}])),
        (CHAT, user("hi"), say(content=[BAD])),
        (CHAT, user("hi"), {**say(), "search_results": [{"snippet": BAD}]}),
        (CHAT, user("hi"), {"choices": [{"message": {}, "text": BAD}]}),
        (CHAT, user("hi"), say(tool_calls=CALL)),
        (CHAT, None, {"data": [say(content=BAD)]}),
        (CHAT, None, {"data": [say(tool_calls=[CALL])]}),
        ("/threads/t/messages", None, {"data": [{"content": [{"text": {"value": BAD}}]}]}),
        ("/responses/r/input_items", None, {"data": [{"content": [{"text": BAD}]}]}),
        ("/messages/batches/b/results", None, f"{LINE}\n{LINE}\n"),
        (MESSAGES, user("hi"), {"content": BAD}),
        (MESSAGES, user("hi"), {"content": [{"type": "text", "citations": [{"cited_text": BAD}]}]}),
        (MESSAGES, user("hi"), {"content": [{"type": "x_tool_result", "content": {"stdout": BAD}}]}),
        (RESPONSES, inputs(HI), {"output": [{"role": "assistant", "content": BAD}]}),
        (RESPONSES, inputs(HI), {"output": [{"type": "mcp_approval_request", "name": "db_write"}]}),
        (RESPONSES, inputs(HI), {"output": [{"type": "web_search_call", "action": {"query": BAD}}]}),
        (RESPONSES, inputs(HI), {"output": [], "error": {"message": BAD}}),
    ],
)
def test_an_answer_in_no_known_shape_is_seen_by_nobody_when_it_says_what_is_blocked(
    create: Create, path: str, body: Any, answer: Any
) -> None:
    assert ask(create(policies=POLICIES), path, body, answer) == (1, "POLICY_BLOCKED")


def test_what_an_answer_says_again_of_the_programs_settings_is_no_text(create: Create) -> None:
    own = {"object": "response", "instructions": BAD, "tools": [{"description": BAD}], "metadata": {"note": BAD}}
    assert ask(create(policies=POLICIES), RESPONSES, inputs(HI), {**own, "output": []}) == (1, None)


def events(*data: Any) -> str:
    return "".join(f"data: {json.dumps(one)}\n\n" for one in data)


def delta(**one: Any) -> Any:
    return {"choices": [{"index": 0, "delta": one}]}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            CHAT,
            events(
                delta(reasoning_details=[{"index": 0, "text": "this is forb"}]),
                delta(reasoning_details=[{"index": 0, "text": "idden"}]),
            ),
        ),
        (CHAT, events({"choices": [{"index": 0, "delta": {"content": "ok"}, "message": {"content": BAD}}]})),
        (CHAT, events({**delta(content="ok"), "results": [{"snippet": BAD}]})),
        (CHAT, events({"error": {"message": BAD}})),
        (MESSAGES, events({"type": "error", "error": {"message": BAD}})),
        (
            MESSAGES,
            events(
                {"type": "content_block_delta", "delta": {"type": "citations_delta", "citation": {"cited_text": BAD}}}
            ),
        ),
        (RESPONSES, events({"type": "response.hello", "words": BAD})),
        (RESPONSES, events({"type": "response.content_part.added", "part": {"text": BAD}})),
        (RESPONSES, events({"type": "response.output_text.annotation.added", "annotation": {"title": BAD}})),
        (
            RESPONSES,
            events({"type": "response.output_item.added", "item": {"type": "function_call", "name": "db_write"}}),
        ),
    ],
)
def test_an_event_in_no_known_shape_is_seen_by_nobody_when_it_says_what_is_blocked(
    create: Create, path: str, text: str
) -> None:
    sent, halt = ask(create(policies=POLICIES), path, user("hi"), text, "text/event-stream")
    assert (sent, getattr(halt, "code", halt)) == (1, "POLICY_BLOCKED")


def test_answers_that_cannot_be_read_are_counted(create: Create) -> None:
    hp = create(policies=POLICIES)
    ask(hp, "/audio/speech", {"input": "hi"}, "sound", "audio/mpeg")
    assert hp.stats().ungoverned["no_handler"] == 1
    ask(hp, "/files/f/content", None, "a,b", "text/plain")
    assert hp.stats().ungoverned["no_handler"] == 1
    ask(hp, "/files/f/content", None, "a,b", "application/octet-stream")
    assert hp.stats().ungoverned["no_handler"] == 2
    ask(hp, "/images/generations", {"prompt": "hi"}, {"data": []})
    assert hp.stats().ungoverned["no_handler"] == 2
