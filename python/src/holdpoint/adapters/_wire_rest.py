"""What bodies of the APIs of language models say beside what a wire has a name for: it is judged all the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ._wire import Json, Place, ReadAnswer, ReadRequest, Said, Slot, Wire
from ._wire_chat import ChatCompletions
from ._wire_messages import Messages
from ._wire_quiet import is_quiet
from ._wire_responses import Responses


class Unread(NamedTuple):
    """A string that no wire has read, and the members that lead to it."""

    holder: Any
    key: Any
    path: str


def find_unread(
    value: Any, places: Iterable[Place] = (), trees: Collection[int] = (), texts: Collection[str] = ()
) -> list[Unread]:
    """Strings that somebody may read and nobody has judged, of a whole answer or of one event.

    Read already: these places, values with these ids, and these texts wherever they stand.
    """
    read = {(id(holder), key) for holder, key in places}
    found: list[Unread] = []

    def take(holder: Any, key: Any, path: str) -> None:
        member = holder[key]
        if not isinstance(member, str):
            walk(member, path)
        elif member != "" and member not in texts and (id(holder), key) not in read:
            found.append(Unread(holder, key, path))

    def walk(at: Any, path: str) -> None:
        if id(at) in trees:
            return
        if isinstance(at, list):
            for index in range(len(at)):
                take(at, index, path)
        elif isinstance(at, dict):
            number = at.get("index")
            place = f"{path}#{number}" if isinstance(number, int) else path
            for key in at:
                if not is_quiet(key, at):
                    take(at, key, f"{place}/{key}")

    walk(value, "")
    return found


def read_whole(body: Any, wire: Wire | None = None) -> ReadAnswer:
    """What a whole answer says.

    As its wire has it, the answers of models that are in any other shape, and all else.
    """
    answers: list[ReadAnswer] = []

    def walk(at: Any) -> None:
        if isinstance(at, list):
            for member in at:
                walk(member)
        elif isinstance(at, dict):
            known = wire if wire is not None and at is body and _has_answer(at) else _wire_of(at)
            if known is not None:
                answers.append(known.read_answer(at))
                return
            for member in at.values():
                walk(member)

    walk(body)
    answer = ReadAnswer(
        [slot for one in answers for slot in one.texts],
        [call for one in answers for call in one.calls],
        answers[0].usage if len(answers) == 1 else None,
        [hosted for one in answers for hosted in one.hosted],
        [tree for one in answers for tree in one.called_in],
    )
    unread = find_unread(body, _places_of(answer), {id(tree) for tree in answer.called_in})
    return replace(answer, texts=[*answer.texts, *_join(unread, "\n")])


def with_rest_of_events(events: Sequence[Json], answer: ReadAnswer) -> ReadAnswer:
    """An answer with all else that the events of its stream say; a text that comes in pieces is one."""
    trees = {id(tree) for tree in answer.called_in}
    places = list(_places_of(answer))
    unread: list[Unread] = []
    for event in events:
        kind = str(event.get("type"))
        # Pieces are read with the texts that they are of.
        own = [(event, "delta")] if answer.repeated is not None and kind.endswith(".delta") else []
        at = f"{kind}#{event.get('item_id')}#{event.get('output_index')}"
        for one in find_unread(event, [*places, *own], trees, answer.repeated or ()):
            unread.append(one._replace(path=f"{at}{one.path}"))
    return replace(answer, texts=[*answer.texts, *_join(unread, "")])


def with_rest_of_request(body: Json, read: ReadRequest) -> ReadRequest:
    """A request with whatever else stands in it, as said by a user before all else."""
    own = {name: value for name, value in body.items() if name not in _SETTINGS and not _SECRET.search(name)}
    # The copy stands for the body itself.
    slots = [*(one.slot for one in read.said), *(one.slot for one in read.results)]
    places = [(own if holder is body else holder, key) for slot in slots for holder, key in slot.places]
    unread = find_unread(own, places, {id(call) for call in _calls_in(own)})
    found = [(body if one.holder is own else one.holder, one.key) for one in unread]
    return replace(read, said=[Said("user", Slot(found, "\n")), *read.said]) if found else read


def _has_answer(at: Json) -> bool:
    return any(isinstance(at.get(key), list) for key in ("choices", "output", "content"))


def _wire_of(at: Json) -> Wire | None:
    if isinstance(at.get("choices"), list):
        return ChatCompletions()
    if isinstance(at.get("output"), list) and at.get("object") == "response":
        return Responses()
    return Messages() if isinstance(at.get("content"), list) and at.get("type") == "message" else None


def _places_of(answer: ReadAnswer) -> Iterable[Place]:
    return (place for slot in answer.texts for place in slot.places)


def _join(unread: Iterable[Unread], separator: str) -> list[Slot]:
    by_path: dict[str, list[Place]] = {}
    for one in unread:
        by_path.setdefault(one.path, []).append((one.holder, one.key))
    return [Slot(places, separator) for places in by_path.values()]


# Calls that were judged when they were made.
_JUDGED_CALL = re.compile(
    r"function_call|custom_tool_call|(local_shell|shell|computer|apply_patch)_call|(\w+_)?tool_use"
)


def _calls_in(value: Any) -> list[Any]:
    found: list[Any] = []

    def walk(at: Any) -> None:
        if isinstance(at, list):
            for member in at:
                walk(member)
        elif isinstance(at, dict):
            if _JUDGED_CALL.fullmatch(str(at.get("type"))):
                found.append(at)
            for key, member in at.items():
                if key in ("tool_calls", "function_call") and isinstance(member, (dict, list)):
                    found.append(member)
                else:
                    walk(member)

    walk(value)
    return found


_SECRET = re.compile(r"(key|token|secret|authorization|password)\Z", re.IGNORECASE)

# Members of requests that the program sets: instructions, tools, switches.
_SETTINGS = frozenset(
    {
        "anthropic_beta",
        "anthropic_version",
        "audio",
        "betas",
        "container",
        "context_management",
        "conversation",
        "extra_body",
        "extra_headers",
        "function_call",
        "functions",
        "guided_json",
        "guided_regex",
        "include",
        "inference_geo",
        "instructions",
        "logit_bias",
        "mcp_servers",
        "metadata",
        "modalities",
        "output_config",
        "output_format",
        "plugins",
        "prompt_cache_key",
        "prompt_cache_retention",
        "provider",
        "reasoning",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "speed",
        "stop",
        "stop_sequences",
        "system",
        "text",
        "thinking",
        "tool_choice",
        "tools",
        "transforms",
        "truncation",
        "user",
        "verbosity",
        "web_search_options",
    }
)
