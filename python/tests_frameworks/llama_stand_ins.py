"""A counting model and counting tools for LlamaIndex."""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    ToolCallBlock,
)
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.tools import FunctionTool
from pydantic import PrivateAttr
from samples import SAMPLES

from holdpoint import Holdpoint
from holdpoint.adapters.llama_index import govern_agent


class CountingModel(FunctionCallingLLM):
    """Plays a script, keeps what it was asked, and streams word by word."""

    _answers: list[ChatMessage] = PrivateAttr()
    _asked: list[Any] = PrivateAttr(default_factory=list)

    def __init__(self, *answers: str | ChatMessage) -> None:
        super().__init__()
        self._answers = [one if isinstance(one, ChatMessage) else say(one) for one in answers]

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(is_function_calling_model=True, is_chat_model=True)

    @property
    def asked(self) -> list[Any]:
        return self._asked

    @property
    def calls(self) -> int:
        return len(self._asked)

    def _next(self, given: Any) -> ChatMessage:
        self._asked.append(given)
        return self._answers[min(self.calls, len(self._answers)) - 1]

    def chat(self, messages: Any, **kwargs: Any) -> ChatResponse:
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        return ChatResponse(message=self._next(messages), additional_kwargs=usage)

    def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
        message = self._next(messages)

        def chunks() -> Any:
            words = (message.content or "").split(" ")
            for index, word in enumerate(words):
                text = " ".join(words[: index + 1])
                calls = [block for block in message.blocks if isinstance(block, ToolCallBlock)]
                delta = word if index == 0 else f" {word}"
                said = say(text, *calls).model_copy(update={"additional_kwargs": message.additional_kwargs})
                yield ChatResponse(message=said, delta=delta)

        return chunks()

    async def achat(self, messages: Any, **kwargs: Any) -> ChatResponse:
        return self.chat(messages, **kwargs)

    async def astream_chat(self, messages: Any, **kwargs: Any) -> Any:
        chunks = self.stream_chat(messages, **kwargs)

        async def pass_on() -> Any:
            for chunk in chunks:
                yield chunk

        return pass_on()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self.chat([ChatMessage(role="user", content=prompt)]).message.content or "")

    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return self.complete(prompt)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        for chunk in self.stream_chat([ChatMessage(role="user", content=prompt)]):
            yield CompletionResponse(text=chunk.message.content or "", delta=chunk.delta)

    async def astream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        chunks = self.stream_complete(prompt)

        async def pass_on() -> Any:
            for chunk in chunks:
                yield chunk

        return pass_on()

    def _prepare_chat_with_tools(self, tools: Any, user_msg: Any = None, chat_history: Any = None, **_: Any) -> Any:
        message = ChatMessage(role="user", content=user_msg) if isinstance(user_msg, str) else user_msg
        return {"messages": [*(chat_history or []), *([message] if message else [])]}

    def get_tool_calls_from_response(self, response: Any, **_: Any) -> list[ToolSelection]:
        return [
            ToolSelection(tool_id=block.tool_call_id or "", tool_name=block.tool_name, tool_kwargs=block.tool_kwargs)
            for block in response.message.blocks
            if isinstance(block, ToolCallBlock)
        ]


def say(text: str, *blocks: Any) -> ChatMessage:
    return ChatMessage(role="assistant", content=text) if not blocks else _with_blocks(text, blocks)


def _with_blocks(text: str, blocks: Any) -> ChatMessage:
    message = ChatMessage(role="assistant", content=text)
    return message.model_copy(update={"blocks": [*(message.blocks if text else []), *blocks]})


def calls_of(*names: str) -> ChatMessage:
    """What a model says to have tools called, all at once."""
    return say(
        "",
        *(
            ToolCallBlock(tool_call_id=f"call-{at}", tool_name=name, tool_kwargs={"text": "x"})
            for at, name in enumerate(names)
        ),
    )


class Counter:
    def __init__(self, result: str = "done") -> None:
        self.ran: list[str] = []
        self.result = result

    def tool(self, name: str, **options: Any) -> FunctionTool:
        def run(text: str) -> str:
            self.ran.append(text)
            return self.result

        return FunctionTool.from_defaults(run, name=name, description="does something", **options)


def governed(hp: Holdpoint, model: CountingModel, *tools: Any, **options: Any) -> FunctionAgent:
    agent = FunctionAgent(name="support", llm=model, tools=list(tools), **options)
    return govern_agent(hp, agent, agent_id="support-bot")


def run(agent: Any, text: str = SAMPLES["question"]) -> str:
    async def ask() -> str:
        return str((await agent.run(user_msg=text)).response.content)

    return asyncio.run(ask())
