"""CrewAI and LlamaIndex: what stands beside messages, where their providers are told of it."""

from __future__ import annotations

from typing import Any

import pytest
from crewai_stand_ins import model_of
from llama_index.core.base.llms.types import ChatMessage, TextBlock
from llama_stand_ins import CountingModel
from samples import SAMPLES, Create

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters import crewai, llama_index

BESIDE = {
    "a thought": lambda text: {"reasoning_content": text},
    "a summary": lambda text: {"reasoning": {"id": "rs_1", "summary": [{"type": "summary_text", "text": text}]}},
    "a name": lambda text: {"name": text},
}
FINE = {"name": "db-Write2", "tool_calls": [{"id": "1", "function": {"name": "x", "arguments": "{}"}}]}


@pytest.fixture
def masking(create: Create) -> Holdpoint:
    rule = {"denied_pii_types": ["email"], "mask_input": True, "mask_output": True}
    return create(policies=[{**SAMPLES["policies"][2], "ruleDefinition": rule}])


@pytest.mark.parametrize("kind", list(BESIDE))
def test_of_llama_index_reaches_no_model_when_it_is_blocked(hp: Holdpoint, kind: str) -> None:
    model = CountingModel("fine")
    llm = llama_index.guard_llm(hp, model, agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        llm.chat([ChatMessage(role="user", content="go", additional_kwargs=BESIDE[kind](SAMPLES["attack"]))])
    assert model.calls == 0
    llm.chat([ChatMessage(role="user", content="go", additional_kwargs=BESIDE[kind]("of last year"))])
    assert model.calls == 1


@pytest.mark.parametrize("kind", list(BESIDE))
def test_of_llama_index_is_sent_only_masked(masking: Holdpoint, kind: str) -> None:
    model = CountingModel("fine")
    message = ChatMessage(
        role="user", content="go", additional_kwargs={**FINE, **BESIDE[kind]("ask a@example.com now")}
    )
    llama_index.guard_llm(masking, model, agent_id="support-bot").chat([message])
    sent = model.asked[0][0]
    assert "a@example.com" not in str(sent.model_dump())
    assert sent.additional_kwargs["tool_calls"] == FINE["tool_calls"]
    assert "a@example.com" in str(message.model_dump())


@pytest.mark.parametrize("streamed", [False, True])
def test_beside_an_answer_of_llama_index_reaches_nobody(hp: Holdpoint, streamed: bool) -> None:
    for text, blocked in ((SAMPLES["attack"], True), ("of last year", False)):
        answer = ChatMessage(role="assistant", blocks=[TextBlock(text="fine")], additional_kwargs={"refusal": text})
        llm = llama_index.guard_llm(hp, CountingModel(answer), agent_id="support-bot")
        asked = [ChatMessage(role="user", content="go")]

        def ask(llm: Any = llm, asked: Any = asked) -> str:
            return str([one.message for one in llm.stream_chat(asked)] if streamed else llm.chat(asked).message)

        if blocked:
            with pytest.raises(PolicyBlockedError):
                ask()
        else:
            assert "fine" in ask()


@pytest.mark.parametrize("kind", list(BESIDE))
def test_of_crewai_reaches_no_model_when_it_is_blocked(hp: Holdpoint, kind: str) -> None:
    model = model_of("fine")
    llm = crewai.guard_llm(hp, model, agent_id="support-bot")
    with pytest.raises(PolicyBlockedError):
        llm.call([{"role": "user", "content": "go", **BESIDE[kind](SAMPLES["attack"])}])
    assert model.calls == 0
    llm.call([{"role": "user", "content": "go", **BESIDE[kind]("of last year")}])
    assert model.calls == 1


@pytest.mark.parametrize("content", ["go", [{"type": "text", "text": "go"}]])
@pytest.mark.parametrize("kind", list(BESIDE))
def test_of_crewai_is_sent_only_masked(masking: Holdpoint, kind: str, content: Any) -> None:
    model = model_of("fine")
    message = {"role": "assistant", "content": content, **FINE, **BESIDE[kind]("ask a@example.com now")}
    crewai.guard_llm(masking, model, agent_id="support-bot").call([message])
    sent = model.asked[0][0]
    assert "a@example.com" not in str(sent)
    assert sent["tool_calls"] == FINE["tool_calls"]
    assert "a@example.com" in str(message)
