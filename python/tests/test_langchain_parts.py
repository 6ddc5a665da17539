"""LangChain: parts of messages that carry a text otherwise than as `text`."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from conftest import SAMPLES, Create
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from pydantic import Field

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.langchain import HoldpointCallbackHandler, guard_model


class CountingModel(GenericFakeChatModel):
    """Keeps what it is asked."""

    asked: list[Any] = Field(default_factory=list)

    def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked.append(messages)
        return super()._generate(messages, *args, **kwargs)


def counting_model() -> CountingModel:
    return CountingModel(messages=iter(["fine"]), asked=[])


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def parts_of(text: str) -> dict[str, dict[str, Any]]:
    return {
        "a document": {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}},
        "the title of a document": {"type": "document", "title": text, "source": {"type": "url", "url": "a"}},
        "a result of a tool": {"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": text}]},
        "a found passage": {"type": "search_result", "title": "t", "content": [{"type": "text", "text": text}]},
        "a file of text": {"type": "file", "mime_type": "text/plain", "data": _base64(text)},
        "a file of another API": {"type": "file", "file": {"file_data": f"data:text/plain;base64,{_base64(text)}"}},
        "a part that nobody knows": {"type": "non_standard", "value": {text: 1}},
    }


def _from_user(part: dict[str, Any]) -> list[BaseMessage]:
    return [HumanMessage([{"type": "text", "text": "read this"}, part])]


def _from_tool(part: dict[str, Any]) -> list[BaseMessage]:
    return [
        HumanMessage("read it"),
        AIMessage("", tool_calls=[{"name": "read", "args": {}, "id": "1"}]),
        ToolMessage([{"type": "text", "text": "here"}, part], tool_call_id="1"),
    ]


@pytest.mark.parametrize("source", [_from_user, _from_tool])
@pytest.mark.parametrize("kind", list(parts_of("")))
@pytest.mark.parametrize("guarded", [True, False])
def test_a_part_with_a_blocked_text_reaches_no_model_and_another_does(
    hp: Holdpoint, kind: str, source: Any, guarded: bool
) -> None:
    def ask(text: str) -> int:
        model = counting_model()
        messages = source(parts_of(text)[kind])
        try:
            if guarded:
                guard_model(hp, model, agent_id="support-bot").invoke(messages)
            else:
                model.invoke(messages, {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]})
        finally:
            asked.append(len(model.asked))
        return len(model.asked)

    asked: list[int] = []
    with pytest.raises(PolicyBlockedError):
        ask(SAMPLES["attack"])
    ask("the order left on Monday")
    assert asked == [0, 1]


def test_a_text_that_is_masked_leaves_no_part_behind_that_still_has_it(create: Create) -> None:
    masking = {**SAMPLES["policies"][2], "ruleDefinition": {"denied_pii_types": ["email"], "mask_input": True}}
    model, picture = counting_model(), {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a@example.com"}}
    pdf = {"type": "file", "mime_type": "application/pdf", "data": "JVBERi0=", "metadata": {"name": "a.pdf"}}
    content: Any = [{"type": "text", "text": "read this"}, document, picture, pdf]
    guard_model(create(policies=[masking]), model, agent_id="support-bot").invoke([HumanMessage(content)])
    sent = model.asked[0][0].content
    assert "a@example.com" not in str(sent)
    assert "read this" in str(sent)
    assert sent[2:] == [picture, pdf]


def test_a_thought_that_is_masked_in_an_answer_is_one_still(create: Create) -> None:
    masking = {**SAMPLES["policies"][2], "ruleDefinition": {"denied_pii_types": ["email"], "mask_output": True}}
    thought: Any = {"type": "thinking", "thinking": "it is a@example.com", "signature": "sealed"}
    said: Any = {"type": "text", "text": "fine"}
    model = CountingModel(messages=iter([AIMessage([thought, said])]))
    answer = guard_model(create(policies=[masking]), model, agent_id="support-bot").invoke("hi")
    assert answer.content == [{"type": "thinking", "thinking": "it is [EMAIL]"}, said]
