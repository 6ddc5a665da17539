"""Every pattern of a plan in one set, and what each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..._gen.tables import SCORING
from ..detect import (
    INJECTION_FAMILIES,
    OWN_PATTERN_FAMILY,
    InjectionFilter,
    InjectionSignal,
    ModerationSignal,
    PiiSignal,
    SecretSignal,
    list_injection_patterns,
    list_injection_signals,
    list_moderation_patterns,
    list_moderation_signals,
    list_pii_patterns,
    list_pii_signals,
    list_secret_patterns,
    list_secret_signals,
)
from ..match import CompileSetResult, PatternProblem, PatternSet, PatternSource, compile_set

_OWN_SIGNAL = InjectionSignal(INJECTION_FAMILIES.index(OWN_PATTERN_FAMILY), SCORING["ownPatternWeight"], "own")


@dataclass(frozen=True, slots=True)
class PatternPlan:
    """The set, and the signal of each pattern by its index."""

    set: PatternSet
    injection: Sequence[InjectionSignal | None]
    pii: Sequence[PiiSignal | None]
    secrets: Sequence[SecretSignal | None]
    moderation: Sequence[ModerationSignal | None]


class PatternGatherer:
    """Gathers patterns while policies are prepared; of the catalogue only what some policy listens to, each once."""

    def __init__(self, *, catalogue: bool = True) -> None:
        # Without the catalogue only a policy's own patterns are gathered: the others need no check.
        self._catalogue = catalogue
        self._own: list[PatternSource] = []
        self._rules: list[InjectionFilter] = []
        self._has_pii = False
        self._has_secrets = False
        self._has_moderation = False

    def use_injection(self, rule: InjectionFilter) -> None:
        """Wants the catalogue's injection patterns that the rule listens to."""
        if self._catalogue:
            self._rules.append(rule)

    def use_pii(self) -> None:
        """Wants the catalogue's patterns of personal data."""
        self._has_pii = self._catalogue

    def use_secrets(self) -> None:
        """Wants the catalogue's patterns of credentials."""
        self._has_secrets = self._catalogue

    def use_moderation(self) -> None:
        """Wants the catalogue's phrases of moderation."""
        self._has_moderation = self._catalogue

    def add_own(self, pattern_id: str, source: str, flags: str) -> int:
        """Adds a policy's own pattern and gives its index."""
        self._own.append(PatternSource(pattern_id, source, flags))
        return len(self._own) - 1

    def build(self) -> PatternPlan | Sequence[PatternProblem]:
        """All patterns compiled, or why some were refused."""
        injection = list_injection_signals(self._rules)
        pii_sources = list_pii_patterns() if self._has_pii else []
        secret_sources = list_secret_patterns() if self._has_secrets else []
        moderation_sources = list_moderation_patterns() if self._has_moderation else []
        # INVARIANT: own patterns come first, so that their indexes are known before it is known what else is wanted.
        compiled = _compile_cached(
            (*self._own, *list_injection_patterns(self._rules), *pii_sources, *secret_sources, *moderation_sources)
        )
        if compiled.set is None:
            return compiled.problems
        before = [None] * (len(self._own) + len(injection))
        pii = list_pii_signals() if self._has_pii else []
        secrets = list_secret_signals() if self._has_secrets else []
        moderation = list_moderation_signals() if self._has_moderation else []
        no_pii, no_secrets, no_moderation = [None] * len(pii), [None] * len(secrets), [None] * len(moderation)
        return PatternPlan(
            compiled.set,
            [*([_OWN_SIGNAL] * len(self._own)), *injection, *no_pii, *no_secrets, *no_moderation],
            [*before, *pii, *no_secrets, *no_moderation],
            [*before, *no_pii, *secrets, *no_moderation],
            [*before, *no_pii, *no_secrets, *moderation],
        )


@lru_cache(maxsize=16)
def _compile_cached(sources: tuple[PatternSource, ...]) -> CompileSetResult:
    """Plans of most organisations hold the same patterns of the catalogue and no others: they share one automaton."""
    return compile_set(sources)
