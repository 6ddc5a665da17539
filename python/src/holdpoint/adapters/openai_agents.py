"""OpenAI Agents SDK: guardrails and a guarded model that stop a run, and a processor that records it."""

from __future__ import annotations

from ._agents_govern import govern_agent
from ._agents_guardrails import (
    ToolGuardrails,
    holdpoint_input_guardrail,
    holdpoint_output_guardrail,
    holdpoint_tool_guardrails,
)
from ._agents_model import guard_model
from ._agents_tracing import HoldpointTracingProcessor
from ._agents_verify import averify, verify
from ._identity import find_halt

__all__ = [
    "HoldpointTracingProcessor",
    "ToolGuardrails",
    "averify",
    "find_halt",
    "govern_agent",
    "guard_model",
    "holdpoint_input_guardrail",
    "holdpoint_output_guardrail",
    "holdpoint_tool_guardrails",
    "verify",
]
