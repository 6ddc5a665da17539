"""Every pattern of a plan in one set, and what each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..._gen.tables import SCORING
from ..detect import (
    INJECTION_FAMILIES,
    OWN_PATTERN_FAMILY,
    InjectionSignal,
    PiiSignal,
    list_injection_patterns,
    list_injection_signals,
    list_pii_patterns,
    list_pii_signals,
)
from ..match import CompileSetResult, PatternProblem, PatternSet, PatternSource, compile_set

_OWN_SIGNAL = InjectionSignal(INJECTION_FAMILIES.index(OWN_PATTERN_FAMILY), SCORING["ownPatternWeight"], "own")


@dataclass(frozen=True, slots=True)
class PatternPlan:
    """The set, and the signal of each pattern by its index."""

    set: PatternSet
    injection: Sequence[InjectionSignal | None]
    pii: Sequence[PiiSignal | None]


class PatternGatherer:
    """Gathers patterns while policies are prepared; the catalogue's come in once, when the first policy wants them."""

    def __init__(self, *, catalogue: bool = True) -> None:
        self._sources: list[PatternSource] = []
        self._injection: list[InjectionSignal | None] = []
        self._pii: list[PiiSignal | None] = []
        # Without the catalogue only a policy's own patterns are gathered: the others need no check.
        self._has_injection = not catalogue
        self._has_pii = not catalogue

    def use_injection(self) -> None:
        """Wants the catalogue's injection patterns."""
        if self._has_injection:
            return
        self._has_injection = True
        for source, signal in zip(list_injection_patterns(), list_injection_signals(), strict=True):
            self._add(source, signal, None)

    def use_pii(self) -> None:
        """Wants the catalogue's patterns of personal data."""
        if self._has_pii:
            return
        self._has_pii = True
        for source, signal in zip(list_pii_patterns(), list_pii_signals(), strict=True):
            self._add(source, None, signal)

    def add_own(self, pattern_id: str, source: str, flags: str) -> int:
        """Adds a policy's own pattern and gives its index."""
        return self._add(PatternSource(pattern_id, source, flags), _OWN_SIGNAL, None)

    def build(self) -> PatternPlan | Sequence[PatternProblem]:
        """All patterns compiled, or why some were refused."""
        compiled = _compile_cached(tuple(self._sources))
        if compiled.set is None:
            return compiled.problems
        return PatternPlan(compiled.set, self._injection, self._pii)

    def _add(self, source: PatternSource, signal: InjectionSignal | None, pii: PiiSignal | None) -> int:
        self._sources.append(source)
        self._injection.append(signal)
        self._pii.append(pii)
        return len(self._sources) - 1


@lru_cache(maxsize=16)
def _compile_cached(sources: tuple[PatternSource, ...]) -> CompileSetResult:
    """Plans of most organisations hold the catalogue's patterns and no others: they share one automaton."""
    return compile_set(sources)
