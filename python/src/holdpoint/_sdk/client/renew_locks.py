"""Locks of a process that was forked: whoever held one may not live there."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

_LOCK = type(threading.Lock())
_RLOCK = type(threading.RLock())
_ROOT = __name__.partition("._sdk.")[0]
_PACKAGE = _ROOT + "._sdk."


def renew_locks(root: object) -> None:
    """Replaces every lock, condition and event that can be reached from an object through objects of this package.

    Only for a process that has one thread.
    """
    found = deque([root])
    seen = {id(root)}
    while found:
        owner = found.popleft()
        renew_own_locks(owner)
        for _, value in _members(owner):
            for item in _contents(value):
                if type(item).__module__.startswith(_PACKAGE) and id(item) not in seen:
                    seen.add(id(item))
                    found.append(item)


def renew_own_locks(owner: object) -> None:
    """Replaces those that are members of the object itself."""
    for name, value in _members(owner):
        renewed = _renew(value)
        if renewed is not None:
            # Also where an object is frozen: nobody else can see it.
            object.__setattr__(owner, name, renewed)


def renew_module_locks() -> None:
    """Replaces the locks that are variables of this package's modules."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_ROOT) and "threading" in vars(module):
            for variable, value in list(vars(module).items()):
                renewed = _renew(value)
                if renewed is not None:
                    setattr(module, variable, renewed)


def _renew(value: object) -> object | None:
    if isinstance(value, _LOCK):
        return threading.Lock()
    if isinstance(value, _RLOCK):
        return threading.RLock()
    if isinstance(value, threading.Condition):
        return threading.Condition()
    if isinstance(value, threading.Event):
        event = threading.Event()
        if value.is_set():
            event.set()
        return event
    return None


def _members(owner: object) -> Iterator[tuple[str, Any]]:
    yield from list(getattr(owner, "__dict__", {}).items())
    for kind in type(owner).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__weakref__", "__dict__") and hasattr(owner, name):
                yield name, getattr(owner, name)


def _contents(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return list(value) if isinstance(value, (list, tuple, set, deque)) else [value]
