"""The short way of a verb that is called as it mostly is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from ..._gen.messages import MESSAGES
from .requests import REQUEST_FIELDS

_Verb = TypeVar("_Verb", bound=Callable[..., Any])

# Keywords that say nothing of the request. A task is cancelled by itself.
_BESIDE = frozenset(("trace", "cancel", "vault"))
_BESIDE_TASK = frozenset(("trace", "vault"))
# Keywords that do, by the names of the contract.
_WIRE = {field["name"]: wire for wire, field in MESSAGES["EnforceRequest"].items() if field["name"] in REQUEST_FIELDS}
# What can be passed on as it is, without asking it for anything.
_PLAIN = frozenset((str, int, float, bool, dict))

# The keywords beside a request that nothing else was said with.
_NOTHING: dict[str, Any] = {}


def straight_ahead(verb: _Verb) -> _Verb:
    """The same verb, that decides on a plain request at once: of twenty keywords the interpreter fills in none.

    For a method of a client: `verb(self, request, **keywords)`.
    """

    @wraps(verb)
    def enforce(self: Any, request: Any = None, /, **keywords: Any) -> Any:
        if request.__class__ is dict and (not keywords or _BESIDE.issuperset(keywords)):
            # Nothing of a plain dictionary can raise when it is read.
            built = request.copy()
        elif request is None and (read := _read_keywords(keywords, _BESIDE)) is not None:
            built, keywords = read
        else:
            return verb(self, request, **keywords)
        environment = self._environment
        if environment is not None and built.get("environment") is None:
            built["environment"] = environment
        enforcer = self._enforcer
        if keywords or enforcer.snapshot.current.asks:
            return enforcer.enforce(built, **keywords)
        held = enforcer.ahead(built)
        if held is not None and held.allowed:
            return held
        # As `Enforcer.enforce` does.
        held = enforcer.begin(built) if held is None else enforcer.tell(held)
        return held if held.allowed else enforcer.wait_for_approval(built, held)

    return cast(_Verb, enforce)


def straight_ahead_async(verb: _Verb) -> _Verb:
    """The same for a coroutine: a step that nobody has to be asked about is decided without another one."""

    @wraps(verb)
    async def enforce(self: Any, request: Any = None, /, **keywords: Any) -> Any:
        enforcer = self._enforcer
        if enforcer.snapshot.current.asks:
            return await verb(self, request, **keywords)
        if request.__class__ is dict and (not keywords or _BESIDE_TASK.issuperset(keywords)):
            built = request.copy()
        elif request is None and (read := _read_keywords(keywords, _BESIDE_TASK)) is not None:
            built, keywords = read
        else:
            return await verb(self, request, **keywords)
        environment = self._environment
        if environment is not None and built.get("environment") is None:
            built["environment"] = environment
        held = None if keywords else enforcer.ahead(built)
        if held is not None and held.allowed:
            return held
        held = enforcer.begin(built, **keywords) if held is None else enforcer.tell(held)
        return held if held.allowed else await self._wait(built, held, **keywords)

    return cast(_Verb, enforce)


def _read_keywords(
    keywords: dict[str, Any], beside_names: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """A request out of keywords of plain values, and those that say nothing of it; None when it takes more to read."""
    built: dict[str, Any] = {}
    beside = _NOTHING
    for name, value in keywords.items():
        wire = _WIRE.get(name)
        if wire is not None:
            if value.__class__ in _PLAIN:
                built[wire] = value
            elif value is not None:
                return None
        elif name in beside_names:
            beside = {**beside, name: value}
        else:
            return None
    return built, beside
