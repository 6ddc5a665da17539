"""Answers in a wanted shape of guarded models of LlamaIndex."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.base.llms.types import (
    ChatMessage,
    ToolCallBlock,
)
from llama_index.core.prompts import PromptTemplate
from llama_stand_ins import CountingModel, governed, run, say
from pydantic import BaseModel
from samples import SAMPLES, Create

from holdpoint import Holdpoint, PolicyBlockedError
from holdpoint.adapters.llama_index import govern_agent, guard_llm


def test_a_structured_answer_is_checked_as_text(hp: Holdpoint) -> None:
    class Reply(BaseModel):
        text: str

    model = CountingModel(SAMPLES["attack"])
    with pytest.raises(PolicyBlockedError):
        guard_llm(hp, model, agent_id="support-bot").as_structured_llm(Reply).chat(
            [ChatMessage(role="user", content=SAMPLES["attack"])]
        )
    assert model.calls == 0


class Wanted(BaseModel):
    answer: str


def wanted(answer: str) -> ChatMessage:
    """An answer in a shape, which the model writes as a call of a tool that nobody has given it."""
    return say("", ToolCallBlock(tool_call_id="1", tool_name="Wanted", tool_kwargs={"answer": answer}))


def test_an_answer_that_is_written_as_a_call_is_checked_as_an_output(hp: Holdpoint) -> None:
    def ask(answer: str) -> Any:
        return guard_llm(hp, CountingModel(wanted(answer)), agent_id="support-bot")

    async def stream(model: Any) -> list[Any]:
        return [part async for part in await model.astream_structured_predict(Wanted, prompt)]

    prompt = PromptTemplate("hello")
    for run_it in (
        lambda: ask(SAMPLES["attack"]).structured_predict(Wanted, prompt),
        lambda: asyncio.run(ask(SAMPLES["attack"]).astructured_predict(Wanted, prompt)),
        lambda: ask(SAMPLES["attack"]).as_structured_llm(Wanted).chat([ChatMessage(role="user", content="hello")]),
    ):
        with pytest.raises(PolicyBlockedError):
            run_it()
    assert ask("fine").structured_predict(Wanted, prompt) == Wanted(answer="fine")
    assert list(ask("fine").stream_structured_predict(Wanted, prompt))
    assert asyncio.run(stream(ask("fine")))


def test_it_is_masked_where_a_policy_masks_it(create: Create) -> None:
    hp = create(policies={"pii_detection": {"enforcement": "warn", "strategy": "mask", "mask_output": True}})
    model = guard_llm(hp, CountingModel(wanted("write to jane.doe@example.com")), agent_id="support-bot")
    answer = model.structured_predict(Wanted, PromptTemplate("hello")).answer
    assert answer.startswith("write to ")
    assert "jane.doe" not in answer


def test_an_agents_answer_in_a_wanted_shape_that_is_stopped_is_raised_by_its_run(hp: Holdpoint) -> None:
    agent = governed(hp, CountingModel("fine", wanted(SAMPLES["attack"])), output_cls=Wanted)
    with pytest.raises(PolicyBlockedError), pytest.warns(UserWarning, match="structured output"):
        run(agent)
    workflow = AgentWorkflow(
        agents=[FunctionAgent(name="a", llm=CountingModel("fine", wanted(SAMPLES["attack"])), output_cls=Wanted)],
    )
    with pytest.raises(PolicyBlockedError), pytest.warns(UserWarning, match="structured output"):
        run(govern_agent(hp, workflow, agent_id="support-bot"))


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_answer_that_a_function_of_the_program_makes_is_checked_as_an_output(
    hp: Holdpoint, asynchronous: bool
) -> None:
    def make(messages: list[ChatMessage]) -> dict[str, Any]:
        return {"text": messages[-1].content, "more": said}

    async def amake(messages: list[ChatMessage]) -> dict[str, Any]:
        return make(messages)

    async def ask(agent: Any) -> tuple[Any, str]:
        handler = agent.run(user_msg="hello")
        told = str([event async for event in handler.stream_events()])
        return (await handler).structured_response, told

    options: Any = {"structured_output_fn": amake if asynchronous else make}
    workflow = AgentWorkflow(agents=[FunctionAgent(name="a", llm=CountingModel("fine"))], **options)
    agents = [governed(hp, CountingModel("fine"), **options), govern_agent(hp, workflow, agent_id="support-bot")]
    for agent in agents:
        said = "well"
        shape, told = asyncio.run(ask(agent))
        assert (shape, "well" in told) == ({"text": "fine", "more": "well"}, True)
        said = SAMPLES["attack"]
        with pytest.raises(PolicyBlockedError), pytest.warns(UserWarning, match="structured output"):
            asyncio.run(ask(agent))
