"""LangChain agents: `create_agent(…, middleware=[HoldpointMiddleware(hp, agent_id=…), …])`. Needs `langchain`."""

from __future__ import annotations

from ._langchain_middleware import HoldpointMiddleware

__all__ = ["HoldpointMiddleware"]
