"""The short way of a verb that is called as it mostly is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

_Verb = TypeVar("_Verb", bound=Callable[..., Any])

# Keywords that say nothing of the request.
_BESIDE = frozenset(("trace", "cancel", "vault"))


def straight_ahead(verb: _Verb) -> _Verb:
    """The same verb, that decides on a plain dictionary at once: of twenty keywords the interpreter fills in none.

    For a method of a client: `verb(self, request, **keywords)`.
    """

    @wraps(verb)
    def enforce(self: Any, request: Any = None, /, **keywords: Any) -> Any:
        if request.__class__ is not dict or not (not keywords or _BESIDE.issuperset(keywords)):
            return verb(self, request, **keywords)
        # Nothing of a plain dictionary can raise when it is read.
        built = request.copy()
        environment = self._environment
        if environment is not None and built.get("environment") is None:
            built["environment"] = environment
        enforcer = self._enforcer
        if keywords or enforcer.snapshot.current.asks:
            return enforcer.enforce(built, **keywords)
        # As `Enforcer.enforce` does, a call less.
        held = enforcer.begin(built)
        return held if held.allowed else enforcer.wait_for_approval(built, held)

    return cast(_Verb, enforce)
