"""What is checked of requests to language models and of their answers; written once, for threads and for loops."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .. import Decision, EnforcementUnavailableError, Holdpoint, apply_transforms, text_of
from .._gen.tables import DEFAULT_ADAPTER_HISTORY_MESSAGES, DEFAULT_ADAPTER_OPEN_RUNS
from ._identity import Identity
from ._wire import ReadAnswer, ReadRequest, Result, Said, Slot

T = TypeVar("T")
V = TypeVar("V")

# Asks for verbs of the client by name and keywords.
Check = Generator[tuple[str, dict[str, Any]], Decision, T]

# The agent, and the texts up to the user's last one.
Question = tuple[str, ...]

_OWN_ROLES = frozenset({"system", "developer"})


@dataclass(slots=True)
class ClientMemory:
    """What is known of earlier requests, by id of the tool call; bounded.

    `checked_results`: agent, text, and what stands in its place. `approved_calls`: of tool calls in answers to what a
    human has approved, what was approved.
    """

    checked_results: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    approved_calls: dict[str, Question] = field(default_factory=dict)


_memories: weakref.WeakKeyDictionary[Holdpoint, ClientMemory] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def memory_of(hp: Holdpoint) -> ClientMemory:
    """The memory of a client of ours."""
    with _lock:
        memory = _memories.get(hp)
        if memory is None:
            memory = _memories[hp] = ClientMemory()
        return memory


def _remember(entries: dict[str, V], key: str, value: V) -> None:
    with _lock:
        entries.pop(key, None)
        entries[key] = value
        if len(entries) > DEFAULT_ADAPTER_OPEN_RUNS:
            del entries[next(iter(entries))]


def check_request(hp: Holdpoint, memory: ClientMemory, who: Identity, read: ReadRequest) -> Check[Question | None]:
    """Phases `tool_result` and `input`; puts the texts of decisions in place. Gives what a human has approved."""
    fields = who.fields()
    agent_id = fields["agent_id"]
    whole = "\n".join([*(one.slot.text for one in read.said), *(one.slot.text for one in read.results)])
    for result in read.results:
        yield from _check_result(memory, fields, result)

    last = max((at for at, one in enumerate(read.said) if one.role == "user" and one.slot.text), default=-1)
    question = (agent_id, *(f"{one.role}: {one.slot.text}" for one in read.said[: last + 1]))
    # What a human has approved in this run is not asked again at its next turn. A history may come from a browser: the
    # id of an approved call stands for nothing but the texts that were approved.
    approved = any(memory.approved_calls.get(call_id) == question for call_id in read.continued_calls)
    spoken = [
        (at, one)
        for at, one in enumerate(read.said)
        if at != last and one.role not in _OWN_ROLES and one.slot.text != ""
    ]
    history = _fold(spoken)
    common = {"phase": "input", "estimated_cost": who.cost_of(whole), "model": read.model, **fields}
    question_fields = {
        **common,
        "input": read.said[last].slot.text if last >= 0 else None,
        "conversation_history": [{"role": one.role, "content": one.slot.text} for _, one in history] or None,
    }
    after = _fold([(at, one) for at, one in spoken if at > last])
    later = [{"role": one.role, "content": one.slot.text} for _, one in after]
    asked = {**common, "conversation_history": later or None} if approved else question_fields
    decision = yield "enforce_policy", asked
    # What was approved is not asked again, but masked again.
    given = {name: value for name, value in question_fields.items() if value is not None}
    for transform in hp.evaluate(**given).transforms if approved else decision.transforms:
        if transform.path == "/input" and last >= 0:
            read.said[last].slot.replace(transform.text)
        parts = transform.path.split("/")
        if parts[1] == "conversationHistory" and parts[-1] == "content":
            history[int(parts[2])][1].slot.replace(transform.text)
    return question if approved or decision.verdict == "require_approval" else None


def _fold(said: list[tuple[int, Said]]) -> list[tuple[int, Said]]:
    """As many messages as a request may carry: the oldest ones stand in one."""
    over = len(said) - DEFAULT_ADAPTER_HISTORY_MESSAGES
    if over <= 0:
        return said
    places = [place for _, one in said[: over + 1] for place in one.slot.places]
    return [(-1, Said("user", Slot(places, "\n"))), *said[over + 1 :]]


def _check_result(memory: ClientMemory, fields: dict[str, Any], result: Result) -> Check[None]:
    """A result is checked once, and stands masked in every later request if it was masked in the first."""
    agent_id, text = fields["agent_id"], result.slot.text
    known = memory.checked_results.get(result.call_id) if result.call_id else None
    if known is None or known[0] != agent_id or text not in known[1:]:
        decision = yield "enforce_tool_result", {"tool": result.name or "tool", "result": text, **fields}
        known = (agent_id, text, text_of(decision, "/toolOutputs/0/output", text))
        _remember(memory.checked_results, result.call_id, known)
    if known[2] != text:
        result.slot.replace(known[2])


def check_answer(
    hp: Holdpoint,
    memory: ClientMemory,
    who: Identity,
    answer: ReadAnswer,
    approved: Question | None,
    shown: Mapping[str, str] | None = None,
) -> Check[bool]:
    """Phases `output` and `tool_call`; puts the texts of decisions in place. True when anything was replaced.

    `shown`: the texts that have gone out already, and as what.
    """
    fields = who.fields()
    for _ in answer.hosted:
        hp.report_ungoverned("no_handler", "model-client.provider_tool")
    gone = shown or {}
    changed = False
    for slot in answer.texts:
        text = slot.text
        if text == "":
            continue
        checked = gone.get(text)
        if checked is None:
            decision = yield "enforce_output", {"output": text, **fields}
            checked = text_of(decision, "/output", text)
            if checked != text and any(text.startswith(one) for one in gone):
                raise EnforcementUnavailableError("a text that goes on after another has begun cannot be replaced")
        if checked != text:
            slot.replace(checked)
            changed = True
    # All of them, before the caller sees one: no tool of a turn runs when another of it is stopped.
    for call in answer.calls:
        decision = yield "enforce_tool_call", {"tool": call.name, "args": call.args, **fields}
        allowed = apply_transforms(decision, "/tool/args", call.args)
        if allowed is not call.args:
            call.replace(allowed)
            changed = True
        if approved is not None:
            _remember(memory.approved_calls, call.call_id, approved)
    return changed
