"""The policies that apply to an agent, found once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..._gen.messages import PolicyOutcome

if TYPE_CHECKING:
    from .plan import CompiledPolicy

_MOST_LISTS = 4096
_MOST_TOOLS = 1024

# A policy's place among those that apply, and the policy.
Step = tuple[int, "CompiledPolicy"]


class Applicable:
    """The policies that apply to one agent in one phase and environment, in the order of evaluation."""

    __slots__ = ("_by_tool", "chained", "passed", "steps")

    def __init__(self, policies: Sequence[CompiledPolicy]) -> None:
        self.steps: list[Step] = list(enumerate(policies))
        # The outcomes when every policy passes: one tuple for all such decisions.
        self.passed: tuple[PolicyOutcome, ...] = tuple(one.passed for one in policies)
        # Whether one of them waits for the outcome of another.
        self.chained = any(one.prerequisites and one.chain_trigger != "always" for one in policies)
        self._by_tool: dict[str, list[Step]] = {}

    def steps_for_tool(self, tool: str) -> list[Step]:
        """The steps that a tool's name alone does not settle: of a hundred tool rules, those that concern the tool."""
        known = self._by_tool.get(tool)
        if known is not None:
            return known
        steps = [step for step in self.steps if step[1].passes_tool is None or not step[1].passes_tool(tool)]
        if len(self._by_tool) >= _MOST_TOOLS:
            self._by_tool.clear()
        self._by_tool[tool] = steps
        return steps


class ApplicableIndex:
    """Applicable policies by phase, environment and agent; bounded."""

    __slots__ = ("_compiled", "_lists")

    def __init__(self, compiled: Sequence[CompiledPolicy]) -> None:
        self._compiled = compiled
        self._lists: dict[tuple[str, str, str], Applicable] = {}

    def find(self, phase: str, environment: str, agent_id: str) -> Applicable:
        """The policies that apply to an agent in a phase and environment."""
        key = (phase, environment, agent_id)
        known = self._lists.get(key)
        if known is not None:
            return known
        found = Applicable(
            [
                one
                for one in self._compiled
                if phase in one.phases and names(one.applies_to, agent_id) and names(one.environments, environment)
            ]
        )
        if len(self._lists) >= _MOST_LISTS:
            self._lists.clear()
        self._lists[key] = found
        return found


def names(listed: Sequence[str], name: str) -> bool:
    """True when a list names something; an empty list names everything."""
    return not listed or name in listed
