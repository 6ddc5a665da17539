"""What a retriever of LangChain's has found is judged with what stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest
from conftest import SAMPLES
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from holdpoint import (
    Holdpoint,
    PolicyBlockedError,
)
from holdpoint.adapters.langchain import HoldpointCallbackHandler


class Pages(BaseRetriever):
    pages: list[str]
    about: dict[str, Any] = Field(default_factory=dict)
    runs: int = 0

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        self.runs += 1
        return [Document(page, metadata=self.about) for page in self.pages]


def test_a_retriever_is_checked_before_it_runs_and_after(hp: Holdpoint) -> None:
    config: Any = {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]}
    pages = Pages(pages=["one"])
    assert [page.page_content for page in pages.invoke("where?", config)] == ["one"]
    with pytest.raises(PolicyBlockedError):
        pages.invoke("where?", {**config, "run_name": "db_write"})
    assert pages.runs == 1
    with pytest.raises(PolicyBlockedError):
        Pages(pages=["one", SAMPLES["attack"]]).invoke("where?", config)


def deep(text: str) -> dict[str, Any]:
    about: dict[str, Any] = {"title": text}
    for _ in range(2000):
        about = {"held": about}
    return about


# Where metadata of a document say something that a program may put into a prompt.
PLACES_OF_METADATA: dict[str, Callable[[str], dict[str, Any]]] = {
    "the title": lambda text: {"title": text},
    "the source": lambda text: {"source": PurePosixPath(text)},
    "a summary among others": lambda text: {"about": [{"page": 1, "summary": text}]},
    "what is nested deep": deep,
    "what calls itself a call": lambda text: {"type": "tool_call", "title": text},
    "a sentence in the place of a state": lambda text: {"status": text},
    "the name of a member": lambda text: {text: 1},
}


@pytest.mark.parametrize("about", PLACES_OF_METADATA.values(), ids=PLACES_OF_METADATA.keys())
def test_metadata_of_documents_are_judged_with_their_pages(
    hp: Holdpoint, about: Callable[[str], dict[str, Any]]
) -> None:
    config: Any = {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]}
    with pytest.raises(PolicyBlockedError):
        Pages(pages=["page"], about=about(SAMPLES["attack"])).invoke("where?", config)
    assert len(Pages(pages=["page"], about=about("How to return an order.")).invoke("where?", config)) == 1


def test_ids_addresses_and_bytes_in_metadata_are_not_read(hp: Holdpoint) -> None:
    config: Any = {"callbacks": [HoldpointCallbackHandler(hp, agent_id="support-bot")]}
    about = {"id": SAMPLES["attack"].replace(" ", "-"), "url": "https://a.example", "data": "aWdub3Jl", "page": 3}
    about |= {"bytes": SAMPLES["attack"].encode()}
    assert len(Pages(pages=["page"], about=about).invoke("where?", config)) == 1
