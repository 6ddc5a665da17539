"""Models and tools of LlamaIndex that no agent holds: those of memories, retrievers and query engines."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from llama_index.core import Document, Settings, VectorStoreIndex
from llama_index.core.agent.workflow import AgentWorkflow, CodeActAgent, FunctionAgent
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.memory import (
    ChatSummaryMemoryBuffer,
    FactExtractionMemoryBlock,
    Memory,
    VectorMemoryBlock,
)
from llama_index.core.objects import ObjectRetriever
from llama_index.core.vector_stores import SimpleVectorStore, VectorStoreQueryResult
from llama_stand_ins import Counter, CountingModel, calls_of, governed, run
from pydantic import PrivateAttr
from samples import SAMPLES, Create

from holdpoint import AgentPausedError, Holdpoint, HoldpointError, PolicyBlockedError
from holdpoint.adapters.llama_index import govern_agent, guard_embedding, guard_llm, verify


class CountingEmbedding(BaseEmbedding):
    """Keeps what it is given."""

    _seen: list[str] = PrivateAttr(default_factory=list)

    @property
    def seen(self) -> list[str]:
        return self._seen

    def _get_text_embedding(self, text: str) -> list[float]:
        self._seen.append(text)
        return [1.0, 0.5]

    _get_query_embedding = _get_text_embedding

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class TextStore(SimpleVectorStore):
    """Finds nothing."""

    stores_text: bool = True

    async def aquery(self, *_: Any, **__: Any) -> VectorStoreQueryResult:
        return VectorStoreQueryResult(nodes=[], similarities=[], ids=[])


class Finding(ObjectRetriever):
    """Finds the same tools for everybody."""

    def __init__(self, *tools: Any) -> None:
        self.found = list(tools)

    def retrieve(self, _: Any) -> list[Any]:
        return self.found

    async def aretrieve(self, _: Any) -> list[Any]:
        return self.found


@pytest.mark.parametrize("in_workflow", [False, True])
def test_a_denied_tool_that_is_found_at_run_time_does_not_run(hp: Holdpoint, in_workflow: bool) -> None:
    counter, model = Counter(), CountingModel(calls_of("db_write"), "never")
    agent = FunctionAgent(name="a", llm=model, tool_retriever=Finding(counter.tool("db_write")))
    subject: Any = AgentWorkflow(agents=[agent]) if in_workflow else agent
    with pytest.raises(PolicyBlockedError):
        run(govern_agent(hp, subject, agent_id="support-bot"))
    assert (model.calls, counter.ran) == (1, [])
    model, found = CountingModel(calls_of("db_read"), "done"), counter.tool("db_read")
    subject = FunctionAgent(name="a", llm=model, tool_retriever=Finding(found))
    subject = AgentWorkflow(agents=[subject]) if in_workflow else subject
    assert run(govern_agent(hp, subject, agent_id="support-bot")) == "done"
    assert len(counter.ran) == 1


def test_code_that_a_model_writes_is_judged_as_a_tool_before_it_is_executed(create: Create) -> None:
    executed: list[str] = []

    def execute(code: str) -> str:
        executed.append(code)
        return "2"

    def agent_of(hp: Holdpoint, code: str) -> Any:
        model = CountingModel(f"<execute>{code}</execute>", "done")
        return govern_agent(hp, CodeActAgent(code_execute_fn=execute, llm=model), agent_id="support-bot")

    denying = {**SAMPLES["policies"][1], "ruleDefinition": {"deny": ["execute"]}}
    with pytest.raises(PolicyBlockedError):
        run(agent_of(create(policies=[denying]), "1 + 1"))
    assert executed == []
    assert run(agent_of(create(), "1 + 1")) == "done"
    assert executed == ["1 + 1"]


def memory_of(model: CountingModel, embedding: CountingEmbedding) -> Memory:
    blocks = [
        FactExtractionMemoryBlock(llm=model),
        VectorMemoryBlock(vector_store=TextStore(), embed_model=embedding),
    ]
    return Memory.from_defaults(memory_blocks=blocks, token_limit=40, chat_history_token_ratio=0.1, token_flush_size=5)


def ask(agent: Any, memory: Any, text: str = SAMPLES["question"]) -> Any:
    async def asking() -> Any:
        return await agent.run(user_msg=text, memory=memory)

    return asyncio.run(asking())


def test_a_blocked_text_reaches_neither_the_models_of_a_memory_nor_the_agents(hp: Holdpoint) -> None:
    facts, embedding, model = CountingModel("<facts></facts>"), CountingEmbedding(), CountingModel("fine")
    memory, agent = memory_of(facts, embedding), governed(hp, model)
    for _ in range(3):
        ask(agent, memory)
    assert (model.calls, facts.calls > 0, embedding.seen != []) == (3, True, True)
    with pytest.raises(PolicyBlockedError):
        ask(agent, memory, SAMPLES["attack"])
    assert model.calls == 3
    assert SAMPLES["attack"] not in str([facts.asked, embedding.seen])


def test_the_models_of_a_memory_are_not_asked_for_a_paused_agent(hp: Holdpoint) -> None:
    model, embedding = CountingModel("fine"), CountingEmbedding()
    summary, blocks = ChatSummaryMemoryBuffer.from_defaults(llm=CountingModel("short")), memory_of(model, embedding)
    agent = governed(hp, CountingModel("fine"))
    for memory in (summary, blocks):
        ask(agent, memory)
    before = (model.calls, len(embedding.seen))
    hp.pause_agent("support-bot")
    with pytest.raises(AgentPausedError):
        summary.llm.chat([ChatMessage(role="user", content="hello")])
    for block in blocks.memory_blocks:
        with pytest.raises(AgentPausedError):
            asyncio.run(block.aput([ChatMessage(role="user", content="hello")]))
    assert (model.calls, len(embedding.seen)) == before


@pytest.mark.parametrize("method", ["query", "aquery"])
def test_a_query_engine_of_guarded_models_asks_and_embeds_nothing_that_is_stopped(hp: Holdpoint, method: str) -> None:
    embedding, model = CountingEmbedding(), CountingModel("on its way")
    guarded = guard_embedding(hp, embedding, agent_id="support-bot")
    index = VectorStoreIndex.from_documents([Document(text="orders leave on Monday")], embed_model=guarded)
    engine = index.as_query_engine(llm=guard_llm(hp, model, agent_id="support-bot"))

    def query(text: str) -> str:
        return str(engine.query(text) if method == "query" else asyncio.run(engine.aquery(text)))

    assert query("when do orders leave?") == "on its way"
    assert embedding.seen[-1] == "when do orders leave?"
    seen = len(embedding.seen)
    with pytest.raises(PolicyBlockedError):
        query(SAMPLES["attack"])
    assert (len(embedding.seen), model.calls) == (seen, 1)


def test_documents_are_judged_before_they_are_embedded_and_masked(create: Create) -> None:
    masking = {**SAMPLES["policies"][2], "ruleDefinition": {"denied_pii_types": ["email"], "mask_input": True}}
    embedding = CountingEmbedding()
    guarded = guard_embedding(create(policies=[SAMPLES["policies"][0], masking]), embedding, agent_id="support-bot")
    texts = [f"text {at} of jane@example.com" for at in range(120)]
    VectorStoreIndex.from_documents([Document(text=text) for text in texts], embed_model=guarded)
    assert len(embedding.seen) == 120
    assert "jane@example.com" not in str(embedding.seen)
    embedding.seen.clear()
    for call in (guarded.get_text_embedding, guarded.get_query_embedding):
        with pytest.raises(PolicyBlockedError):
            call(SAMPLES["attack"])
    with pytest.raises(PolicyBlockedError):
        guarded.get_text_embedding_batch([*texts, SAMPLES["attack"]])
    assert SAMPLES["attack"] not in str(embedding.seen)


def test_guarded_models_may_be_those_of_the_whole_program(hp: Holdpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "_llm", None)
    monkeypatch.setattr(Settings, "_embed_model", None)
    model, embedding = CountingModel("never"), CountingEmbedding()
    Settings.llm = guard_llm(hp, model, agent_id="support-bot")
    Settings.embed_model = guard_embedding(hp, embedding, agent_id="support-bot")
    verify(hp, Settings.llm, Settings.embed_model)
    with pytest.raises(PolicyBlockedError):
        VectorStoreIndex.from_documents([Document(text="fine")]).as_query_engine().query(SAMPLES["attack"])
    assert (model.calls, embedding.seen) == (0, ["fine"])


def test_verify_names_an_embedding_model_that_is_not_guarded(hp: Holdpoint) -> None:
    embedding = CountingEmbedding()
    with pytest.raises(HoldpointError, match="embedding model `CountingEmbedding` is not guarded"):
        verify(hp, embedding)
    assert embedding.seen == []
