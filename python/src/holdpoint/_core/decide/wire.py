"""Documents between their dataclasses and the JSON that is stored and sent."""

from __future__ import annotations

from typing import Any, TypeVar

from ..._gen import messages

T = TypeVar("T")

# (wire name, attribute, its document, is it a list, is it a map, is it required) of each field, by class.
_FIELDS: dict[type[Any], tuple[tuple[str, str, str | None, bool, bool, bool], ...]] = {
    messages.CLASSES[name]: tuple(
        (
            wire,
            field["name"],
            field.get("message"),
            field.get("repeated", False),
            field.get("mapped", False),
            field.get("required", False),
        )
        for wire, field in fields.items()
    )
    for name, fields in messages.MESSAGES.items()
}


def to_wire(document: object) -> dict[str, Any]:
    """A document of the contract as plain JSON with wire names; absent members are left out.

    Anything but a document of the contract gives an empty object.
    """
    out: dict[str, Any] = {}
    for wire, attribute, message, repeated, mapped, required in _FIELDS.get(type(document), ()):
        value = getattr(document, attribute)
        if value is None or (repeated and not value and not required):
            continue
        if message is None:
            out[wire] = list(value) if repeated else value
        elif mapped:
            out[wire] = {name: to_wire(item) for name, item in value.items()}
        else:
            out[wire] = [to_wire(item) for item in value] if repeated else to_wire(value)
    return out


def from_wire(cls: type[T], value: dict[str, Any]) -> T:
    """A decoded JSON object as its dataclass; members that the contract does not know are passed over.

    Checks nothing: decode the value first when it comes from outside.
    """
    members: dict[str, Any] = {}
    for wire, attribute, message, repeated, mapped, _ in _FIELDS[cls]:
        item = value.get(wire)
        if item is None:
            continue
        if message is not None:
            inner = messages.CLASSES[message]
            if mapped:
                item = {name: from_wire(inner, one) for name, one in item.items()}
            else:
                item = tuple(from_wire(inner, one) for one in item) if repeated else from_wire(inner, item)
        elif repeated:
            item = tuple(item)
        members[attribute] = item
    return cls(**members)


def is_document(value: object) -> bool:
    """True for a dataclass of the contract."""
    return type(value) in _FIELDS
