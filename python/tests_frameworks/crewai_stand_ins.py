"""Counting models and tools for CrewAI, and crews of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from crewai import Agent, BaseLLM, Crew, Task
from crewai.tools import BaseTool
from samples import SAMPLES

from holdpoint import Holdpoint
from holdpoint.adapters.crewai import govern_crew

Answer = Any


class CountingModel(BaseLLM):
    """Answers from a script and keeps what it was asked."""

    answers: list[Any]
    asked: list[Any]
    native: bool = True

    def call(self, messages: Any, tools: Any = None, *args: Any, **kwargs: Any) -> Any:
        self.asked.append(messages)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]

    async def acall(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(self.call, messages, *args, **kwargs)

    def supports_function_calling(self) -> bool:
        return self.native

    def supports_stop_words(self) -> bool:
        return False

    @property
    def calls(self) -> int:
        return len(self.asked)


def model_of(*answers: Answer, kind: type[CountingModel] = CountingModel, native: bool = True) -> CountingModel:
    return kind(model="stand-in", answers=list(answers), asked=[], native=native)


def calls_of(*names: str) -> list[dict[str, Any]]:
    """What a model says to have tools called, all at once."""
    return [
        {"id": f"call-{index}", "type": "function", "function": {"name": name, "arguments": json.dumps({"text": "x"})}}
        for index, name in enumerate(names)
    ]


def written_call(name: str) -> str:
    """The same of a model that knows no function calls."""
    return f'Thought: I need it\nAction: {name}\nAction Input: {{"text": "x"}}'


class CountingTool(BaseTool):
    name: str = "tool"
    description: str = "does something"
    result: str = "done"
    ran: list[str]
    also: Any = None

    def _run(self, text: str) -> str:
        self.ran.append(text)
        if self.also is not None:
            self.also()
        return self.result


def tool_of(name: str, result: str = "done") -> CountingTool:
    return CountingTool(name=name, result=result, ran=[])


def crew_of(model: Any, *tools: BaseTool, asks: str = SAMPLES["question"]) -> Crew:
    agent = Agent(role="support", goal="help", backstory="helps", llm=model, tools=list(tools), verbose=False)
    task = Task(description=asks, expected_output="an answer", agent=agent, name="answering")
    return Crew(agents=[agent], tasks=[task], verbose=False, name="support crew")


def governed(hp: Holdpoint, model: Any, *tools: BaseTool, asks: str = SAMPLES["question"]) -> Crew:
    return govern_crew(hp, crew_of(model, *tools, asks=asks), agent_id="support-bot")


class EmptyStore:
    """A storage of a memory that keeps what it is given and finds nothing."""

    def __init__(self) -> None:
        self.saved: list[Any] = []

    def save(self, records: list[Any]) -> None:
        self.saved += records

    def search(self, *_: Any, **__: Any) -> list[Any]:
        return []

    list_scopes = list_records = search

    def list_categories(self, *_: Any, **__: Any) -> dict[str, int]:
        return {}
