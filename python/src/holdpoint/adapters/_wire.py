"""Bodies of the HTTP APIs of language models: what of them is to be checked, and where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ._by_lines import by_lines
from ._flow import Piece
from ._identity import read_json_object
from ._wire_quiet import is_quiet

Json = dict[str, Any]

# A string's holder (a mapping or a list) and its key there.
Place = tuple[Any, Any]


class Slot:
    """A text at one place of a body, or cut in pieces over several."""

    def __init__(self, places: Iterable[Place], separator: str = "") -> None:
        self._places = [(holder, key) for holder, key in places if isinstance(_get(holder, key), str)]
        self._separator = separator

    @property
    def places(self) -> list[Place]:
        """Where it stands, as far as that is known."""
        return self._places

    @property
    def text(self) -> str:
        """The whole text."""
        return self._separator.join(text for holder, key in self._places if (text := holder[key]) != "")

    def replace(self, text: str) -> None:
        """Puts another text in its place: line by line, or where it began, and other pieces become empty."""
        if self._separator == "\n" and self._replace_lines(text):
            return
        # An empty piece before it may be one that nobody reads.
        begin = next((index for index, (holder, key) in enumerate(self._places) if holder[key] != ""), 0)
        for index, (holder, key) in enumerate(self._places):
            holder[key] = text if index == begin else ""

    def _replace_lines(self, text: str) -> bool:
        """Puts each line where it stood. False when there are more lines than before, or fewer."""
        spoken = [(holder, key) for holder, key in self._places if holder[key] != ""]
        shown = by_lines([holder[key] for holder, key in spoken], text)
        for (holder, key), line in zip(spoken, shown or (), strict=False):
            holder[key] = line
        return shown is not None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said."""

    role: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class Result:
    """A tool's result; its name is empty when the request does not say."""

    call_id: str
    name: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What of a request is to be checked.

    `continued_calls`: ids of tool calls after the user's last message; this request goes on with their run.
    """

    model: str | None
    said: list[Said]
    results: list[Result]
    continued_calls: list[str]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool; `written` are its arguments as the model wrote them."""

    call_id: str
    name: str
    args: Json
    replace: Callable[[Json], None]
    written: str | None = None


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What of an answer is to be checked; tokens asked and answered, when it says.

    `hosted`: tools that have run at the provider, before anyone here heard of them. `called_in`: what calls were read
    of; nothing else in these is looked at. `repeated`: what stands again in other places of the same answer, and is
    replaced there, too.
    """

    texts: list[Slot] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    usage: tuple[int, int] | None = None
    hosted: list[str] = field(default_factory=list)
    called_in: list[Any] = field(default_factory=list)
    repeated: frozenset[str] | None = None


class Wire(Protocol):
    """One API. Replacing changes the body that was given. Raises on what it cannot read."""

    def read_request(self, body: Json) -> ReadRequest:
        """A request's body."""

    def read_answer(self, body: Json) -> ReadAnswer:
        """An answer's body."""

    def read_events(self, events: Sequence[Json]) -> ReadAnswer:
        """The data of a stream's events, in order."""

    def apart(self, event: Json) -> list[Json]:
        """An event's data, and by itself what of it may be given out once only."""

    def read_piece(self, event: Json, known: Mapping[str, str]) -> Piece | Literal["hold"] | None:
        """What of an event may flow. `known`: the texts that have flowed, and as what."""

    def write_piece(self, event: Json, text: str) -> Json:
        """An event with another text."""

    def may_flow(self, request: Json) -> bool:
        """False when several answers would come at once, in pieces between each other."""


def objects_in(value: Any) -> list[Json]:
    """The mappings of a list; none of anything else."""
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def slot_of_content(holder: Json, key: str = "content") -> Slot:
    """Content that is a text, or parts that carry text, alone or in a list."""
    return Slot(_content_places(holder, key), "\n")


def slot_of_parts(parts: list[Any]) -> Slot:
    """The texts of parts."""
    return Slot((place for index in range(len(parts)) for place in _content_places(parts, index)), "\n")


# A call is judged when it is made; what is said of it later is no text.
_CALL = re.compile(r"(tool_use|_call)\Z")


def _content_places(holder: Any, key: Any) -> list[Place]:
    member = _get(holder, key)
    if isinstance(member, str):
        return [(holder, key)]
    if isinstance(member, list):
        return [place for index in range(len(member)) for place in _content_places(member, index)]
    if not isinstance(member, dict) or _CALL.search(str(member.get("type"))):
        return []
    return [place for name in member if not is_quiet(name, member) for place in _content_places(member, name)]


def as_list(value: Any) -> list[Any]:
    """A list as it is; anything else in one."""
    return value if isinstance(value, list) else [value]


def call_of_slot(call_id: Any, name: Any, slot: Slot) -> Call:
    """A call whose arguments are JSON."""
    text = slot.text

    def replace(args: Json) -> None:
        slot.replace(json.dumps(args, ensure_ascii=False))

    return Call(str(call_id or ""), str(name or ""), read_json_object(text), replace, text)


def call_of_object(call_id: Any, name: Any, holder: Json, key: str) -> Call:
    """A call whose arguments are an object, or whatever else, as it stands."""
    given = holder.get(key)

    def replace(args: Json) -> None:
        holder[key] = args

    return Call(str(call_id or ""), str(name or ""), given if isinstance(given, dict) else {key: given}, replace)


def call_of_text(call_id: Any, name: Any, slot: Slot) -> Call:
    """A call whose argument is a bare text."""
    text = slot.text
    return Call(
        str(call_id or ""), str(name or ""), {"input": text}, lambda args: slot.replace(str(args["input"])), text
    )


def read_usage(usage: Any) -> tuple[int, int] | None:
    """Tokens asked and answered."""
    if not isinstance(usage, dict):
        return None

    def count(*names: str) -> int:
        return next((usage[name] for name in names if isinstance(usage.get(name), int)), 0)

    return count("prompt_tokens", "input_tokens"), count("completion_tokens", "output_tokens")


def all_texts(value: Any) -> Slot:
    """Every string inside a value, but for those that no one reads as text."""
    places: list[Place] = []

    def walk(holder: Any) -> None:
        for key, member in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(member, (dict, list)):
                walk(member)
            elif isinstance(member, str) and key not in ("model", "encoding_format"):
                places.append((holder, key))

    walk(value)
    return Slot(places, "\n")


def model_of(body: Json) -> str | None:
    """The model's name."""
    model = body.get("model")
    return model if isinstance(model, str) else None


def _get(holder: Any, key: Any) -> Any:
    return holder.get(key) if isinstance(holder, dict) else holder[key]
