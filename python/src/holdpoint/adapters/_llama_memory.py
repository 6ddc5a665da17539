"""What an agent remembers with: models of its own, which no agent asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.base import BaseLLM

from ._llama_embedding import guard_embedding_with
from ._llama_model import guard_llm_with
from ._steps import Steps


def guard_memory(memory: Any, steps: Steps) -> None:
    """Guards the models of a memory and of its blocks where they are."""
    for part in _parts_of(memory):
        held = getattr(part, "__dict__", {})
        if isinstance(held.get("llm"), BaseLLM):
            part.llm = guard_llm_with(steps, part.llm)
        for name in ("embed_model", "_embed_model"):
            if isinstance(held.get(name), BaseEmbedding):
                setattr(part, name, guard_embedding_with(steps, held[name]))


def _parts_of(memory: Any) -> Iterator[Any]:
    """The memory, its blocks, those that it is put together of, and the index that one may search."""
    if memory is None:
        return
    yield memory
    yield from getattr(memory, "memory_blocks", None) or ()
    for name in ("primary_memory", "vector_index"):
        yield from _parts_of(getattr(memory, name, None))
    for source in getattr(memory, "secondary_memory_sources", None) or ():
        yield from _parts_of(source)
