"""Instances of a framework that take the class of a guard over their own."""

from __future__ import annotations

import copy
from typing import Any

from ._steps import Steps

# In the instance's own `__dict__`, so that every copy that a framework makes of it keeps it.
_STEPS = "_holdpoint_steps"

_classes: dict[tuple[type[Any], type[Any]], type[Any]] = {}


def guarded_copy(instance: Any, guard: type[Any], steps: Steps) -> Any:
    """A copy whose methods are first those of the guard, then those of its own class, which it stays an instance of."""
    guarded = copy.copy(instance)
    take_guard(guarded, guard, steps)
    return guarded


def take_guard(instance: Any, guard: type[Any], steps: Steps) -> None:
    """The same for the instance itself."""
    instance.__class__ = _class_of(guard, type(instance))
    instance.__dict__[_STEPS] = steps


def steps_of(instance: Any, guard: type[Any]) -> Steps | None:
    """The checks of a guarded instance; None for any other."""
    steps = getattr(instance, "__dict__", {}).get(_STEPS) if isinstance(instance, guard) else None
    return steps if isinstance(steps, Steps) else None


def steps_in(instance: Any) -> Steps | None:
    """The same where the guard's class is not at hand."""
    steps = getattr(instance, "__dict__", {}).get(_STEPS)
    return steps if isinstance(steps, Steps) else None


def own_steps(instance: Any) -> Steps:
    """The checks, inside a guard."""
    steps: Steps = instance.__dict__[_STEPS]
    return steps


def _class_of(guard: type[Any], cls: type[Any]) -> type[Any]:
    made = _classes.get((guard, cls))
    if made is None:
        # By the metaclass of the framework (pydantic's, mostly): fields and validators stay those of the class.
        metaclass: Any = type(cls)
        made = metaclass(f"Guarded{cls.__name__}", (guard, cls), {"__module__": cls.__module__})
        _classes[guard, cls] = made
    return made
