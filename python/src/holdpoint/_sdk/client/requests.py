"""The core's request out of a verb's input.

Nothing is checked here: what is wrong with it becomes part of the decision. What raises when read is passed on as
nothing, which every policy that blocks holds.
"""

from __future__ import annotations

from typing import Any

from ..._core import is_document, to_wire
from .settings import wire_names

# As `Holdpoint.enforce_policy` takes them.
REQUEST_FIELDS = (
    *("agent_id", "input", "output", "phase", "tool", "tool_outputs", "conversation_history", "tools", "environment"),
    *("metadata", "estimated_cost", "estimated_tokens", "model", "user_id", "session_id"),
)


def build_policy_request(request: Any, fields: dict[str, Any], environment: str | None) -> Any:
    """A request as it is, or from keyword arguments, or both: keywords win."""
    try:
        if is_document(request):
            request = to_wire(request)
        if request is not None and not isinstance(request, dict):
            return request
        return _with_environment({**(request or {}), **wire_names("EnforceRequest", fields)}, environment)
    except Exception:  # noqa: BLE001 - a hostile mapping
        return None


def pick_request_fields(given: dict[str, Any]) -> dict[str, Any]:
    """Those of a verb's keywords that are fields of a request."""
    return {name: given[name] for name in REQUEST_FIELDS}


def build_tool_call_request(tool: Any, args: Any, fields: dict[str, Any], environment: str | None) -> Any:
    """Before a tool runs."""
    call = {"name": tool} if args is None else {"name": tool, "args": args}
    return _with_environment({**wire_names("EnforceRequest", fields), "phase": "tool_call", "tool": call}, environment)


def build_tool_result_request(
    tool: Any, args: Any, result: Any, fields: dict[str, Any], environment: str | None
) -> Any:
    """Before a tool's result enters the context. A tool that returns nothing has returned an empty text."""
    output: dict[str, Any] = {"name": tool, "output": "" if result is None else result}
    if args is not None:
        output["input"] = args
    return _with_environment(
        {**wire_names("EnforceRequest", fields), "phase": "tool_result", "toolOutputs": [output]}, environment
    )


def build_output_request(output: Any, fields: dict[str, Any], environment: str | None) -> Any:
    """Before an output reaches anyone."""
    return _with_environment({**wire_names("EnforceRequest", fields), "phase": "output", "output": output}, environment)


def _with_environment(request: dict[str, Any], environment: str | None) -> dict[str, Any]:
    if environment is not None and request.get("environment") is None:
        request["environment"] = environment
    return request
