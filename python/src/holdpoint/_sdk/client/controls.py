"""What a program tells its client and asks it, beside its steps."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from ..._core import Agent
from ..._gen.errors import ConfigError
from ..events.emitter import Listener
from ..events.traced_text import read_name
from ..types import EventName, HoldpointStats
from .describe_stats import describe_stats
from .read_given import read_given_agent, read_given_pause
from .running import Running

_EVENTS = ("decision", "blocked", "paused", "approval", "sync", "dropped", "ungoverned")

_Client = TypeVar("_Client", bound="Controls")


class Controls:
    """Agents, pauses, listeners and numbers of a client."""

    _running: Running

    def register_agent(self, agent: Agent | dict[str, Any] | None = None, /, **fields: Any) -> None:
        """Makes an agent known here and at the control plane; again changes it.

        Returns also when the control plane cannot be reached: it is tried again in the background. Raises ConfigError
        (malformed, refused) or AuthError.
        """
        self._running.registry.register(read_given_agent(agent, fields))

    def pause_agent(
        self, target_id: str, *, level: str = "agent", reason: str | None = None, until: str | None = None
    ) -> None:
        """Holds an agent (or a team, a workspace, everyone) in this process, at once. Raises ConfigError."""
        self._running.pauses.add_local(read_given_pause(target_id, level, reason, until))

    def resume_agent(self, target_id: str, *, level: str = "agent") -> bool:
        """Lifts a pause that this process has made; True when there was one. A control plane's pauses stay."""
        return self._running.pauses.remove_local(level, target_id)

    def on(self: _Client, name: EventName, listener: Listener) -> _Client:
        """Calls a function on every event of a name, in the thread in which it happens."""
        if name not in _EVENTS:
            raise ConfigError(f"unknown event `{str(name)[:64]}`, expected one of {', '.join(_EVENTS)}")
        if not callable(listener):
            raise ConfigError("expected a function as listener")
        self._running.emitter.on(name, listener)
        return self

    def off(self: _Client, name: EventName, listener: Listener) -> _Client:
        """Stops calling a function that `on` was given."""
        self._running.emitter.off(name, listener)
        return self

    def stats(self) -> HoldpointStats:
        """Where the client stands at this moment. Raises nothing."""
        return describe_stats(self._running)

    def report_ungoverned(self, reason: Literal["handler_error", "no_handler"], hook: str | None = None) -> None:
        """Counts a step that went by without being judged as it should have been, for adapters.

        `handler_error`: a hook of ours failed; `no_handler`: there was none in place. `hook` names where. Shown in
        `stats()`, told to listeners and to the control plane. Never raises.
        """
        known = "handler_error" if reason == "handler_error" else "no_handler"
        self._running.ungoverned.add(known, place=read_name(hook))
