"""LlamaIndex: `govern_agent(hp, agent, agent_id=…)`, or guarded models and guarded tools for anything else."""

from __future__ import annotations

from ._identity import find_halt
from ._llama_embedding import guard_embedding
from ._llama_govern import govern_agent
from ._llama_model import guard_llm
from ._llama_tools import guard_tool
from ._llama_verify import averify, verify

__all__ = ["averify", "find_halt", "govern_agent", "guard_embedding", "guard_llm", "guard_tool", "verify"]
