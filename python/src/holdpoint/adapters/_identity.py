"""Who the steps belong to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from .. import EnforcementHaltError, EnforcementUnavailableError, without_media

# The cost in USD of a model call, from the whole text that is about to be sent.
EstimateCost = Callable[[str], float]

# The paused agent whose steps are being pushed through the guards of this context.
canary: ContextVar[str | None] = ContextVar("holdpoint_canary", default=None)


def canary_id() -> str | None:
    """The agent that a step belongs to instead of its own while guards are being verified."""
    return canary.get()


@dataclass(frozen=True, slots=True)
class Identity:
    """What every verb is told about the agent."""

    agent_id: str
    environment: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    estimate_cost: EstimateCost | None = None

    def fields(self) -> dict[str, Any]:
        """Keywords of a verb; ask for them at every step, for a step may be a canary's."""
        given = {
            "agent_id": canary_id() or self.agent_id,
            "environment": self.environment,
            "session_id": self.session_id,
            "user_id": self.user_id,
        }
        return {name: value for name, value in given.items() if value is not None}

    def cost_of(self, text: str) -> float | None:
        """The estimate, when there is one."""
        return None if self.estimate_cost is None else self.estimate_cost(text)


@contextmanager
def halting() -> Iterator[None]:
    """Raises what stops the agent: a halt as it is, anything else as EnforcementUnavailableError with its cause."""
    try:
        yield
    except EnforcementHaltError:
        raise
    except Exception as error:
        raise EnforcementUnavailableError("the step could not be decided") from error


def find_halt(error: BaseException | None) -> EnforcementHaltError | None:
    """Our error inside whatever a framework raised: itself, or along its causes. None when there is none."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        if isinstance(current, EnforcementHaltError):
            return current
        seen.add(id(current))
        waiting += [current.__context__, current.__cause__, *getattr(current, "exceptions", ())]
    return None


def read_json_object(text: str) -> dict[str, Any]:
    """A JSON object, or a bare text as the member `input`; an empty text is no member at all."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    return {"input": text} if text else {}


def to_text(value: Any) -> str:
    """All of a value as text: itself, or its JSON without pictures and the like, or what it says of itself."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    try:
        return json.dumps(without_media(value), ensure_ascii=False, default=_to_plain)
    except (TypeError, ValueError, RecursionError):
        return str(value)


def _to_plain(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    return without_media(dump(mode="json")) if callable(dump) else str(value)
