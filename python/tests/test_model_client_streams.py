"""Streams of guarded clients of OpenAI and Anthropic: let out as they are judged (SPECIFICATION F-12)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import model_server
import pytest
from anthropic import Anthropic, AsyncAnthropic
from conftest import Create
from openai import AsyncOpenAI, OpenAI
from test_langchain_streams import FILLER, RULES

from holdpoint import AsyncHoldpoint, EnforcementUnavailableError, Holdpoint, PolicyBlockedError
from holdpoint._gen.tables import STREAMS
from holdpoint.adapters.anthropic import guard_anthropic
from holdpoint.adapters.openai import guard_openai

Json = dict[str, Any]
DENY = {
    "id": "tools",
    "policyType": "tool_invocation",
    "enforcementMode": "block",
    "ruleDefinition": {"deny": ["db_write"]},
}


class Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Events of an answer, counted as they are asked for."""

    def __init__(self, events: list[Json], done: bool) -> None:
        self.parts = [f"event: {e.get('type', 'x')}\ndata: {json.dumps(e)}\n\n".encode() for e in events]
        self.parts += [b"data: [DONE]\n\n"] if done else []
        self.given = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            self.given += 1
            # As a network cuts it.
            yield part[:7]
            yield part[7:]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


class Ask:
    """One way to ask: an API, in a thread or in a loop."""

    def __init__(self, api: str, asynchronous: bool) -> None:
        self.api = api
        self.asynchronous = asynchronous
        self.first = 0

    def body(self, *parts: Json) -> Body:
        numbered = [{"id": f"part-{index}", **part} for index, part in enumerate(parts)]
        return Body(getattr(model_server, self.api)(numbered)[1], self.api == "chat")

    def client(self, hp: Holdpoint, body: Body, **options: Any) -> Any:
        def answer(_: Any) -> httpx2.Response:
            return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=body)

        transport = httpx2.MockTransport(answer)
        http: Any = (httpx2.AsyncClient if self.asynchronous else httpx2.Client)(transport=transport)
        if self.api == "messages":
            inner: Any = (AsyncAnthropic if self.asynchronous else Anthropic)(api_key="none", http_client=http)
            return guard_anthropic(self.holdpoint(hp), inner, agent_id="bot", **options)
        inner = (AsyncOpenAI if self.asynchronous else OpenAI)(
            api_key="none", base_url="http://a.test", http_client=http
        )
        return guard_openai(self.holdpoint(hp), inner, agent_id="bot", **options)

    def holdpoint(self, hp: Holdpoint) -> Any:
        return AsyncHoldpoint(hp) if self.asynchronous else hp

    def create(self, client: Any, **options: Any) -> Any:
        said = [{"role": "user", "content": "hi"}]
        if self.api == "chat":
            return client.chat.completions.create(model="m", messages=said, stream=True, **options)
        if self.api == "responses":
            return client.responses.create(model="m", input="hi", stream=True, **options)
        return client.messages.create(model="m", max_tokens=9, messages=said, stream=True, **options)

    def read(self, hp: Holdpoint, body: Body, **options: Any) -> tuple[list[Any], BaseException | None]:
        """The events that came, and what ended them. `first`: after how many of the server the first text came."""
        out: list[Any] = []
        self.first = 0
        client = self.client(hp, body)

        def take(event: Any) -> None:
            self.first = self.first or (body.given if text_of(event) else 0)
            out.append(event)

        async def run() -> None:
            async for event in await self.create(client, **options):
                take(event)

        try:
            if self.asynchronous:
                asyncio.run(run())
            else:
                for event in self.create(client, **options):
                    take(event)
        except (PolicyBlockedError, EnforcementUnavailableError) as error:
            return out, error
        return out, None


def text_of(event: Any) -> str:
    """The piece of text in an event of any of the three."""
    if getattr(event, "choices", None):
        return event.choices[0].delta.content or ""
    delta = getattr(event, "delta", "")
    kind = getattr(event, "type", "")
    return delta if isinstance(delta, str) and "output_text" in kind else getattr(delta, "text", "") or ""


def said(out: list[Any]) -> str:
    return "".join(map(text_of, out))


def is_call(event: Any) -> bool:
    if getattr(event, "choices", None):
        return bool(event.choices[0].delta.tool_calls)
    return "function_call" in repr(event) or "tool_use" in repr(getattr(event, "content_block", ""))


APIS = [(api, kind) for api in ("chat", "responses", "messages") for kind in (False, True)]


@pytest.fixture(params=APIS, ids=lambda one: f"{one[0]}-{'asyncio' if one[1] else 'sync'}")
def ask(request: pytest.FixtureRequest) -> Ask:
    return Ask(*request.param)


@pytest.fixture
def rules(create: Create) -> Holdpoint:
    return create(policies=[*RULES, DENY])


def test_the_first_text_is_there_before_the_last_is_sent(ask: Ask, rules: Holdpoint) -> None:
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    body = ask.body({"text": "".join(FILLER)})
    out, ended = ask.read(rules, body)
    assert (said(out), ended, phases) == ("".join(FILLER), None, ["input", "output"])
    # The words of about so many characters, and what announces them.
    assert 0 < ask.first < (STREAMS["holdBack"] + 2 * STREAMS["step"]) / 3 + 5
    assert body.closed


def test_a_finding_cuts_a_stream_and_nothing_of_it_goes_out(ask: Ask, rules: Holdpoint) -> None:
    body = ask.body({"text": "".join([*FILLER, "a forbidden fruit ", *FILLER, *FILLER])})
    out, ended = ask.read(rules, body)
    assert isinstance(ended, PolicyBlockedError)
    assert "".join([*FILLER, "a "]).startswith(said(out))
    assert len(said(out)) > 400
    assert body.given < 2 * len(FILLER)
    assert body.closed


def test_what_is_masked_is_nowhere_in_what_goes_out(ask: Ask, rules: Holdpoint) -> None:
    text = "".join([*FILLER, "ask ann@example.com now ", *FILLER])
    whole = rules.enforce_output(agent_id="bot", output=text).transforms[0].text
    out, ended = ask.read(rules, ask.body({"text": text}))
    assert (said(out), ended) == (whole, None)
    assert "example.com" not in repr(out)


def test_a_call_of_a_tool_comes_whole_when_it_was_judged(ask: Ask, rules: Holdpoint) -> None:
    call = {"name": "db_read", "args": json.dumps({"q": "a b c"})}
    out, ended = ask.read(rules, ask.body({"text": "".join(FILLER)}, call))
    assert ended is None
    assert any(map(is_call, out))
    out, ended = ask.read(rules, ask.body({"text": "".join(FILLER)}, {**call, "name": "db_write"}))
    assert isinstance(ended, PolicyBlockedError)
    assert said(out) == "".join(FILLER)
    assert not any(map(is_call, out))


def test_masked_arguments_of_a_call_take_the_place_of_the_original_ones(ask: Ask, create: Create) -> None:
    rule = {"denied_pii_types": ["email"], "mask_input": True}
    hp = create(policies=[{**RULES[1], "ruleDefinition": rule}])
    call = {"name": "db_read", "args": json.dumps({"q": "ann@example.com"})}
    out, ended = ask.read(hp, ask.body({"text": "well "}, call))
    assert ended is None
    assert "example.com" not in repr(out)
    assert any(map(is_call, out))


def test_a_reader_that_goes_away_closes_the_answer_and_leaves_a_record(ask: Ask, rules: Holdpoint) -> None:
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    body = ask.body({"text": "".join(FILLER)})
    client = ask.client(rules, body)

    async def run() -> None:
        stream = await ask.create(client)
        async for event in stream:
            if text_of(event):
                break
        await stream.close()

    if ask.asynchronous:
        asyncio.run(run())
    else:
        with ask.create(client) as stream:
            next(event for event in stream if text_of(event))
    assert body.given < len(FILLER)
    assert body.closed
    assert phases == ["input", "output"]


def test_an_answer_that_nobody_reads_is_closed(ask: Ask, rules: Holdpoint) -> None:
    body = ask.body({"text": "hello"})
    client = ask.client(rules, body)

    async def run() -> None:
        await (await ask.create(client)).close()

    if ask.asynchronous:
        asyncio.run(run())
    else:
        ask.create(client).close()
    assert (body.given, body.closed) == (0, True)


def chunk(delta: Json, index: int = 0, **more: Any) -> Json:
    return {"choices": [{"index": index, "delta": delta, "logprobs": {"content": [{"token": delta}]}, **more}]}


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_end_in_a_chunk_with_text_is_said_once(rules: Holdpoint, asynchronous: bool) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    chunks = [chunk({"content": word}) for word in FILLER]
    chunks.append({**chunk({"content": "the end " * 40}, finish_reason="stop"), "usage": usage})
    out, ended = Ask("chat", asynchronous).read(rules, Body(chunks, done=True))
    assert (said(out), ended) == ("".join([*FILLER, "the end " * 40]), None)
    assert [one.choices[0].finish_reason for one in out if one.choices[0].finish_reason] == ["stop"]
    assert len([one for one in out if one.usage]) == 1


@pytest.mark.parametrize("asynchronous", [False, True])
def test_probabilities_do_not_tell_what_was_replaced_or_is_held(rules: Holdpoint, asynchronous: bool) -> None:
    words = [*FILLER, "ask ann@", "example.com ", "now ", *FILLER]
    out, ended = Ask("chat", asynchronous).read(rules, Body([chunk({"content": word}) for word in words], done=True))
    assert ended is None
    assert "example.com" not in repr(out)
    assert "ann@" not in repr(out)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_answers_in_pieces_between_each_other_are_held_until_all_are_judged(
    rules: Holdpoint, asynchronous: bool
) -> None:
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    ask = Ask("chat", asynchronous)
    mixed = [chunk({"content": word}, index) for word in FILLER for index in (0, 1)]
    out, ended = ask.read(rules, Body(mixed, done=True), n=2)
    assert (len(out), ended, phases) == (len(mixed), None, ["input", "output", "output"])
    bad = [*mixed, chunk({"content": "a forbidden "}, 1), chunk({"content": "well "}), chunk({"content": "fruit"}, 1)]
    for options in ({"n": 2}, {}):
        out, ended = ask.read(rules, Body(bad, done=True), **options)
        assert isinstance(ended, PolicyBlockedError)
        assert "forbidden" not in said(out)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_thoughts_flow_before_the_text_and_are_judged_for_themselves(rules: Holdpoint, asynchronous: bool) -> None:
    phases: list[str] = []
    rules.on("decision", lambda event: phases.append(event.decision.phase))
    chunks = [chunk({"reasoning_content": word}) for word in FILLER] + [chunk({"content": word}) for word in FILLER]
    out, ended = Ask("chat", asynchronous).read(rules, Body(chunks, done=True))
    assert (said(out), ended, phases) == ("".join(FILLER), None, ["input", "output", "output"])
    chunks = [chunk({"reasoning_content": word}) for word in ("a forbidden ", "fruit ", *FILLER)]
    out, ended = Ask("chat", asynchronous).read(rules, Body(chunks, done=True))
    assert isinstance(ended, PolicyBlockedError)
    assert "forbidden" not in repr(out)
