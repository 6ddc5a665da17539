"""Models that make vectors of texts, asked only for what policies let pass."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

from .. import AsyncHoldpoint, ConfigError, Holdpoint
from ._embedded import check_texts
from ._guarded import guarded_copy, own_steps, steps_of
from ._steps import Steps, current_run
from ._within_model import is_within, within


def guard_embedding(hp: Holdpoint | AsyncHoldpoint, embed_model: Any, *, agent_id: str, **identity: Any) -> Any:
    """A copy of an embedding model, of the same class, that checks the texts that it is given, questions and documents.

    Masked texts are embedded as they are shown. Other keywords: `environment`, `session_id`, `user_id`.
    """
    if not isinstance(embed_model, BaseEmbedding):
        raise ConfigError(f"expected an embedding model of LlamaIndex, not `{type(embed_model).__name__}`")
    return guard_embedding_with(Steps(hp, agent_id, None, identity), embed_model)


def guard_embedding_with(steps: Steps, embed_model: Any) -> Any:
    """The same with the checks of an agent; one that is guarded keeps its own."""
    if steps_of_embedding(embed_model) is not None:
        return embed_model
    return guarded_copy(embed_model, GuardedEmbedding, steps)


def steps_of_embedding(embed_model: Any) -> Steps | None:
    """The checks of a guarded embedding model; None for any other."""
    return steps_of(embed_model, GuardedEmbedding)


class GuardedEmbedding:
    """Over the innermost methods of a model's own class, which every way in leads to."""

    __slots__ = ()

    def _get_query_embedding(self, query: str) -> Any:
        return self._embed("_get_query_embedding", query)

    async def _aget_query_embedding(self, query: str) -> Any:
        return await self._aembed("_aget_query_embedding", query)

    def _get_text_embedding(self, text: str) -> Any:
        return self._embed("_get_text_embedding", text)

    async def _aget_text_embedding(self, text: str) -> Any:
        return await self._aembed("_aget_text_embedding", text)

    def _get_text_embeddings(self, texts: list[str]) -> Any:
        return self._embed("_get_text_embeddings", texts)

    async def _aget_text_embeddings(self, texts: list[str]) -> Any:
        return await self._aembed("_aget_text_embeddings", texts)

    def _embed(self, method: str, given: Any) -> Any:
        embed = getattr(super(), method)
        if is_within(self):
            return embed(given)
        steps = own_steps(self)
        shown = steps.check(current_run(), check_texts(steps, [given] if isinstance(given, str) else given))
        with within(self):
            return embed(shown[0] if isinstance(given, str) else shown)

    async def _aembed(self, method: str, given: Any) -> Any:
        embed = getattr(super(), method)
        if is_within(self):
            return await embed(given)
        steps = own_steps(self)
        shown = await steps.acheck(current_run(), check_texts(steps, [given] if isinstance(given, str) else given))
        with within(self):
            return await embed(shown[0] if isinstance(given, str) else shown)
