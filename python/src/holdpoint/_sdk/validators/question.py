"""The body of a question (clause V-5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_MEMBERS = (
    "agentId",
    "environment",
    "phase",
    "input",
    "output",
    "tool",
    "toolOutputs",
    "tools",
    "metadata",
    "estimatedCost",
    "userId",
    "sessionId",
)


def build_question(request: Mapping[str, Any], environment: str, context: Mapping[str, str | None]) -> bytes:
    """JSON in UTF-8; raises for a request that is none.

    `context`: `policyId`, `organizationId`, `agentName`, `timestamp`.
    """
    said = {name: request[name] for name in _MEMBERS if request.get(name) is not None}
    known = {name: value for name, value in context.items() if value is not None}
    whole = {"phase": "input", "environment": environment, **said, **known}
    return json.dumps(whole, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
