"""The clients of OpenAI and Anthropic, the real ones, against a real server that counts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import openai
import pytest
from anthropic import Anthropic
from conftest import Create
from model_server import ModelServer, Turn
from model_ways import (
    AGENT,
    ASKING,
    ATTACK,
    POLICIES,
    WAYS,
    Json,
    Message,
    Way,
    user,
)
from openai import AsyncOpenAI, OpenAI

from holdpoint import (
    AgentPausedError,
    ApprovalDeniedError,
    AsyncHoldpoint,
    ConfigError,
    EnforcementUnavailableError,
    Holdpoint,
    HoldpointError,
    PolicyBlockedError,
    SpanHandle,
    TraceHandle,
)
from holdpoint.adapters import anthropic as anthropic_adapter
from holdpoint.adapters import openai as openai_adapter


@pytest.fixture(params=[(name, kind) for name in WAYS for kind in (False, True)], ids=lambda p: f"{p[0]}-{p[1]}")
def way(request: pytest.FixtureRequest) -> Way:
    return Way(*request.param)


@pytest.fixture
def serve() -> Iterator[Callable[..., ModelServer]]:
    made: list[ModelServer] = []

    def make(*turns: Turn) -> ModelServer:
        made.append(ModelServer(*turns))
        return made[-1]

    yield make
    for server in made:
        server.close()


Serve = Callable[..., ModelServer]


def calling(*names: str) -> list[tuple[str, Json]]:
    return [(name, {"q": f"for {name}", "n": 1}) for name in names]


def phases_of(hp: Holdpoint) -> list[str]:
    phases: list[str] = []
    hp.on("decision", lambda event: phases.append(event.decision.phase))
    return phases


def test_what_no_policy_minds_comes_as_it_was(way: Way, serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("hello there, friend")
    phases = phases_of(hp)
    assert way.ask(hp, server.url, user("hi")) == ("hello there, friend", [])
    assert phases == ["input", "output"]
    assert len(server.requests) == 1


def test_no_blocked_input_history_or_result_is_sent(way: Way, serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("hello")
    result = {"results": [("c1", "search", ATTACK)]}
    for messages in (
        [user(ATTACK)],
        [user(ATTACK), {"role": "assistant", "text": "no"}, user("and now?")],
        [user("hi"), {"calls": [("c1", "search", {})]}, result],
    ):
        with pytest.raises(PolicyBlockedError):
            way.ask(hp, server.url, *messages)
    assert server.requests == []


def test_names_of_arguments_and_of_members_of_results_are_read_like_values(
    way: Way, serve: Serve, create: Create
) -> None:
    hp, server, named = create(policies=POLICIES), serve("hello"), {"rows": {ATTACK: 1}}
    with pytest.raises(PolicyBlockedError):
        way.ask(hp, serve([("search", named)]).url, user("find it"))
    asked = [user("hi"), {"calls": [("c1", "search", {})]}]
    with pytest.raises(PolicyBlockedError):
        way.ask(hp, server.url, *asked, {"results": [("c1", "search", json.dumps(named))]})
    assert server.requests == []
    allowed = json.dumps({"rows": {"left on Monday": 1}})
    assert way.ask(hp, server.url, *asked, {"results": [("c1", "search", allowed)]})[0] == "hello"


def test_nobody_sees_a_blocked_output(way: Way, serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("here is the forbidden thing")
    with pytest.raises(PolicyBlockedError) as raised:
        way.ask(hp, server.url, user("hi"))
    assert "thing" not in str(raised.value)
    assert len(server.requests) == 1


def test_calls_come_when_all_of_them_may_run(way: Way, serve: Serve, create: Create) -> None:
    hp = create(policies=POLICIES)
    _, calls = way.ask(hp, serve(calling("search", "lookup")).url, user("find it"))
    assert [call[1:] for call in calls] == calling("search", "lookup")
    sixteen = serve(calling(*("db_write" if index == 9 else "search" for index in range(16))))
    with pytest.raises(PolicyBlockedError):
        way.ask(hp, sixteen.url, user("find it"))


def test_a_call_waits_for_a_human(way: Way, serve: Serve, create: Create) -> None:
    server = serve(calling("send_email"))
    with pytest.raises(ApprovalDeniedError):
        way.ask(create(policies=POLICIES), server.url, user("send it"))
    assert way.ask(create(policies=POLICIES, on_approval=lambda context: True), server.url, user("send it"))[1]


def test_a_pause_stops_before_the_server_hears_of_it(way: Way, serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("hello")
    hp.pause_agent(AGENT)
    with pytest.raises(AgentPausedError):
        way.ask(hp, server.url, user("hi"))
    assert server.requests == []


def test_an_approved_input_is_asked_about_once_and_stands_for_no_other(way: Way, serve: Serve, create: Create) -> None:
    answers, asked = [True], []

    def answer(context: Any) -> bool:
        asked.append(context)
        return answers[-1]

    hp, server = create(policies=ASKING, on_approval=answer), serve(calling("search"), "done")
    _, calls = way.ask(hp, server.url, user(ATTACK))
    run = [{"calls": calls}, {"results": [(calls[0][0], "search", "found")]}]
    assert way.ask(hp, server.url, user(ATTACK), *run)[0] == "done"
    assert (len(asked), len(server.requests)) == (1, 2)
    answers.append(False)
    said = {"role": "assistant", "text": ATTACK}
    for messages, agent in (
        ([user(f"{ATTACK} And send me all passwords."), *run], AGENT),
        ([said, user(ATTACK), *run], AGENT),
        ([user(ATTACK), *run], "other-bot"),
    ):
        with pytest.raises(ApprovalDeniedError):
            way.ask(hp, server.url, *messages, agent_id=agent)
    assert len(server.requests) == 2


def test_a_result_is_checked_once_for_each_agent_and_text(way: Way, serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("done")
    phases = phases_of(hp)

    def messages(text: str) -> list[Message]:
        return [user("find it"), {"calls": [("c7", "search", {})]}, {"results": [("c7", "search", text)]}]

    way.ask(hp, server.url, *messages("found"))
    way.ask(hp, server.url, *messages("found"))
    assert phases.count("tool_result") == 1
    way.ask(hp, server.url, *messages("found"), agent_id="other-bot")
    assert phases.count("tool_result") == 2
    with pytest.raises(PolicyBlockedError):
        way.ask(hp, server.url, *messages(ATTACK))


def test_masked_texts_take_the_place_of_the_original_ones(way: Way, serve: Serve, create: Create) -> None:
    address = "jane.roe@" + "example.com"
    hp = create(policies={"pii_access": {"enforcement": "warn", "mask_input": True, "mask_output": True}})
    server = serve(f"it is {address}, I think", [("search", {"q": address})])
    text, _ = way.ask(
        hp,
        server.url,
        user(f"I was {address}"),
        {"role": "assistant", "text": f"yes, {address}"},
        user(f"I am {address}"),
        {"calls": [("c8", "search", {})]},
        {"results": [("c8", "search", f"found {address}")]},
    )
    assert address not in "".join(server.requests)
    assert text.startswith("it is [")
    assert text.endswith("], I think")
    _, calls = way.ask(hp, server.url, user("search"))
    assert list(calls[0][2]) == ["q"]
    assert address not in json.dumps(calls)


def test_what_was_approved_is_masked_in_every_request_of_its_run(way: Way, serve: Serve, create: Create) -> None:
    address = "jane.roe@" + "example.com"
    masking = {**ASKING, "pii_access": {"enforcement": "warn", "mask_input": True}}
    hp, server = create(policies=masking, on_approval=lambda context: True), serve(calling("search"), "done")
    question = user(f"{ATTACK} I am {address}")
    _, calls = way.ask(hp, server.url, question)
    way.ask(hp, server.url, question, {"calls": calls}, {"results": [(calls[0][0], "search", "found")]})
    assert len(server.requests) == 2
    assert address not in "".join(server.requests)


@pytest.mark.parametrize("verb", ["enforce_policy", "enforce_output", "enforce_tool_call", "enforce_tool_result"])
def test_a_defect_of_ours_holds_the_step(
    way: Way, serve: Serve, create: Create, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("broken")

    hp, server = create(policies=POLICIES), serve("hello" if verb == "enforce_output" else calling("search"))
    client = AsyncHoldpoint if way.asynchronous else Holdpoint
    monkeypatch.setattr(client, "guard_stream" if way.streamed and verb == "enforce_output" else verb, broken)
    run = [{"calls": [("c9", "search", {})]}, {"results": [("c9", "search", "found")]}]
    with pytest.raises(EnforcementUnavailableError):
        way.ask(hp, server.url, user("find it"), *run)
    assert len(server.requests) == (0 if verb in ("enforce_policy", "enforce_tool_result") else 1)


def test_decisions_tokens_and_spans_are_in_the_trace(
    way: Way, serve: Serve, create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans: list[Json] = []
    ended: list[Any] = []
    tokens: list[int] = []
    begin, end = TraceHandle.span, SpanHandle.end

    def record_span(trace: TraceHandle, name: str, **options: Any) -> SpanHandle:
        spans.append({"name": name, **options})
        return begin(trace, name, **options)

    def record_end(span: SpanHandle, **given: Any) -> None:
        if not span._ended:
            ended.append(given.get("status"))
        end(span, **given)

    monkeypatch.setattr(TraceHandle, "span", record_span)
    monkeypatch.setattr(SpanHandle, "end", record_end)
    monkeypatch.setattr(TraceHandle, "record_usage", lambda trace, **usage: tokens.append(usage["total_tokens"]))
    hp, server = create(policies=POLICIES), serve("hello", "this is forbidden")
    traces: set[str | None] = set()
    hp.on("decision", lambda event: traces.add(event.trace_id))
    trace = hp.start_trace(agent_id=AGENT)
    way.ask(hp, server.url, user("hi"), trace=trace, parent_span_id="above")
    with pytest.raises(PolicyBlockedError):
        way.ask(hp, server.url, user("hi"), trace=trace, parent_span_id="above")
    assert spans == [{"name": "stand-in", "span_type": "llm", "parent_span_id": "above"}] * 2
    assert ended == [None, "policy_blocked"]
    assert (tokens, traces) == ([15], {trace.trace_id})


def test_verify_passes_for_a_guarded_client_alone(way: Way, serve: Serve, create: Create) -> None:
    hp, server = create(policies=[]), serve("hello")
    adapter: Any = openai_adapter if way.is_openai else anthropic_adapter

    def verify(client: Any) -> None:
        if way.asynchronous:
            asyncio.run(adapter.averify(hp, client))
        else:
            adapter.verify(hp, client)

    verify(way.guard(hp, server.url))
    verify(way.guard(hp, server.url).with_options(timeout=5))
    for client in (way.client(server.url), way.guard(create(policies=[]), server.url)):
        with pytest.raises(HoldpointError, match="not guarded"):
            verify(client)
    assert server.requests == []


def test_what_is_made_of_a_guarded_client_is_guarded(serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("hello")
    inner = OpenAI(api_key="none", base_url=f"{server.url}/v1")
    guarded = openai_adapter.guard_openai(hp, inner, agent_id=AGENT)
    client: Any = guarded.with_options(timeout=5)
    messages = [{"role": "user", "content": ATTACK}]
    for ask in (
        lambda: client.chat.completions.create(model="m", messages=messages),
        lambda: client.chat.completions.with_raw_response.create(model="m", messages=messages),
        lambda: client.embeddings.create(model="m", input=[ATTACK]),
        lambda: client.completions.create(model="m", prompt=ATTACK),
        lambda: client.responses.create(model="m", prompt={"id": "p", "variables": {"name": ATTACK}}),
    ):
        with pytest.raises(PolicyBlockedError):
            ask()
    hp.pause_agent(AGENT)
    with pytest.raises(AgentPausedError):
        client.models.list()
    assert server.requests == []
    with pytest.raises(ConfigError):
        openai_adapter.guard_openai(hp, guarded, agent_id=AGENT)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_client_that_is_made_with_another_http_client_is_guarded(
    serve: Serve, create: Create, asynchronous: bool
) -> None:
    hp, server = create(policies=POLICIES), serve("hello")
    options: Any = {"api_key": "none", "base_url": f"{server.url}/v1", "max_retries": 0}
    inner: Any = httpx2.AsyncClient if asynchronous else httpx2.Client
    plain: Any = AsyncOpenAI(**options) if asynchronous else OpenAI(**options)
    guarded: Any = openai_adapter.guard_openai(hp, plain, agent_id=AGENT)
    ask = {"model": "m", "messages": [{"role": "user", "content": ATTACK}]}
    for client in (
        guarded.with_options(http_client=inner()),
        guarded.copy(http_client=inner()).with_options(timeout=5),
    ):
        with pytest.raises(PolicyBlockedError):
            asyncio.run(client.chat.completions.create(**ask)) if asynchronous else client.chat.completions.create(
                **ask
            )
        if asynchronous:
            asyncio.run(openai_adapter.averify(hp, client))
        else:
            openai_adapter.verify(hp, client)
    assert server.requests == []


def test_the_stream_helpers_give_what_was_checked(serve: Serve, create: Create) -> None:
    hp = create(policies=POLICIES)
    server = serve("hello friend", "this is forbidden")
    inner = Anthropic(api_key="none", base_url=server.url)
    client: Any = anthropic_adapter.guard_anthropic(hp, inner, agent_id=AGENT)
    messages = [{"role": "user", "content": "hi"}]
    with client.messages.stream(model="m", max_tokens=10, messages=messages) as stream:
        assert stream.get_final_text() == "hello friend"
    with client.messages.stream(model="m", max_tokens=10, messages=messages) as stream:  # noqa: SIM117
        with pytest.raises(PolicyBlockedError):
            stream.get_final_text()
    chat_server = serve("hello friend")
    other = OpenAI(api_key="none", base_url=f"{chat_server.url}/v1")
    chat: Any = openai_adapter.guard_openai(hp, other, agent_id=AGENT)
    with chat.chat.completions.stream(model="m", messages=messages) as chunks:
        assert chunks.get_final_completion().choices[0].message.content == "hello friend"


def test_our_error_is_found_in_that_of_a_client_that_makes_its_own(serve: Serve, create: Create) -> None:
    hp, server = create(policies=POLICIES), serve("hello")
    client: Any = openai_adapter.guard_openai(hp, OpenAI(api_key="none", base_url=f"{server.url}/v1"), agent_id=AGENT)
    del client._make_status_error
    with pytest.raises(openai.PermissionDeniedError) as raised:
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": ATTACK}])
    assert isinstance(openai_adapter.find_halt(raised.value), PolicyBlockedError)


def test_the_original_client_goes_on_when_the_guarded_one_is_let_go(serve: Serve, create: Create) -> None:
    server = serve("hello")
    inner = OpenAI(api_key="none", base_url=f"{server.url}/v1")
    messages: list[Any] = [{"role": "user", "content": "hi"}]
    guarded = openai_adapter.guard_openai(create(policies=POLICIES), inner, agent_id=AGENT)
    guarded.chat.completions.create(model="m", messages=messages)
    del guarded
    assert inner.chat.completions.create(model="m", messages=messages).choices[0].message.content == "hello"
