"""Agents, made known here and at the control plane."""

from __future__ import annotations

import threading

from ..._core import Agent, CompileProblem, to_wire
from ..._gen.errors import AuthError, ConfigError, HoldpointError
from ..policies.describe import describe_problems
from ..transport.api import Api
from ..transport.backoff import Backoff
from .sync import Sync


class Registry:
    """Registers; when the control plane cannot be reached it is tried again in the background."""

    def __init__(self, api: Api | None, sync: Sync) -> None:
        self._api = api
        self._sync = sync
        self._stopped = threading.Event()

    def register(self, agent: Agent) -> None:
        """Makes an agent known; again changes it. Raises ConfigError (refused) or AuthError."""
        problems = self._sync.add_agent(agent)
        if problems:
            raise ConfigError(f"the agent cannot be registered: {describe_problems(problems)}")
        if self._api is None or self._send(self._api, agent):
            return
        message = f"agent `{agent.agent_id}` is not registered yet: trying again"
        self._sync.fail([CompileProblem("", message)], "agents")
        threading.Thread(target=self._repeat, args=(self._api, agent), name="holdpoint-agents", daemon=True).start()

    def stop(self) -> None:
        """Gives up what is still to be tried."""
        self._stopped.set()

    def _send(self, api: Api, agent: Agent) -> bool:
        """True when the control plane has it; False when it is worth another try."""
        answer = api.call("POST", "/api/v1/agents", body=to_wire(agent))
        if answer.outcome in ("ok", "retry"):
            return answer.outcome == "ok"
        message = f"agent `{agent.agent_id}` was not registered: {answer.problem}"
        raise AuthError(message) if answer.outcome == "auth" else ConfigError(message)

    def _repeat(self, api: Api, agent: Agent) -> None:
        backoff = Backoff()
        while not self._stopped.wait(backoff.next_ms() / 1000):
            try:
                if self._send(api, agent):
                    return
            except HoldpointError as error:
                self._sync.fail([CompileProblem("", str(error))], "agents")
                return
