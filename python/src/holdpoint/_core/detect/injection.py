"""Scores of prompt injection (SPECIFICATION T-1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..._gen.detectors import INJECTION_PATTERNS
from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE, SCORING, SEVERITY_VALUES
from ..match import PatternSet, PatternSource
from .combine_weights import combine_weights, raise_weight
from .decoded_prose import find_decoded_prose, holds_prose
from .joined_names import joins_words
from .learned import NO_SCORE
from .learned_models import score_learned
from .mention import read_around_quotes
from .near_signs import WEAK_REACH, Sign, gather_near
from .slots import ModelScore, score_together
from .text_scan import TextScan, scan_text
from .view_codes import TextView
from .view_traits import holds_hidden_words
from .views import list_views

OWN_PATTERN_FAMILY = "own_pattern"
# What only another reading of the text shows, and what the learned model says.
OBFUSCATION_FAMILY = "obfuscation"
LEARNED_FAMILY = "learned"

# In the order in which scores multiply, so that doubles agree in every language.
INJECTION_FAMILIES: tuple[str, ...] = tuple(
    dict.fromkeys(
        [
            *(pattern["family"] for pattern in INJECTION_PATTERNS),
            OWN_PATTERN_FAMILY,
            OBFUSCATION_FAMILY,
            LEARNED_FAMILY,
        ]
    )
)

# Views that make other words of a few: most of what they hold stands in the text as well.
_PART_VIEWS = frozenset({"misspelt", "split", "joined", "lone", "literals"})
# Codes that a reader has to decode: a text in one is a weak sign, whatever it says.
_CODED_VIEWS = frozenset(
    {"morse", "binary", "hex", "decimal", "base32", "rot13", "caesar", "atbash", "pig_latin", "backwards"}
)
# Codes in which nobody writes a sentence but to hide it from whoever reads along.
_SIGNAL_CODES = frozenset(("morse", "binary"))
# More tag characters or supplementary variation selectors in a row than the emoji flag of a region has.
_HIDDEN_RUN = re.compile("[\U000e0020-\U000e007e\U000e0100-\U000e01ef]{8}|[\u200b-\u200f\u2060-\u2064\ufeff]{16}")
# Views that leave a text's words as they are: what models and further views say of them they say of the text.
_PLAIN_VIEWS = frozenset({"gaps", "hyphens", "underscores", "accents", "cyrillic"})

_OBFUSCATION = INJECTION_FAMILIES.index(OBFUSCATION_FAMILY)
_LEARNED = INJECTION_FAMILIES.index(LEARNED_FAMILY)
# What makes a sentence in base64, hex or percent codes a sign.
_READING_FAMILIES = frozenset(map(INJECTION_FAMILIES.index, ("decode_request", "steering")))

_CONTRADICTION = SCORING["contradiction"]
_CONTRADICTED = frozenset(map(INJECTION_FAMILIES.index, _CONTRADICTION["families"]))
_DOUBTED = frozenset(map(INJECTION_FAMILIES.index, _CONTRADICTION["sure"]["families"]))
_CONTRADICTED_LANGUAGES = frozenset(_CONTRADICTION["languages"])

_STRUCTURAL_LANGUAGES = frozenset({"structural", "template"})

# Languages that a rule may name.
INJECTION_LANGUAGES: tuple[str, ...] = tuple(
    language
    for language in dict.fromkeys(pattern["language"] for pattern in INJECTION_PATTERNS)
    if language not in _STRUCTURAL_LANGUAGES
)


class InjectionSignal(NamedTuple):
    """One pattern's weight as evidence, and the family in which only the strongest counts."""

    family: int
    weight: int
    language: str


# A signal that stands for a stretch of the normalised text as a whole.
StretchSignal = Sign


class InjectionScore(NamedTuple):
    """0-100; the patterns that counted in the text itself; what views and the model add; weights by family."""

    score: int
    patterns: Sequence[int]
    stretches: Sequence[StretchSignal]
    families: dict[int, int]
    # What was scored, when it was not the text as it stands but the one with its escapes read.
    reading: TextScan | None = None


NO_INJECTION = InjectionScore(0, (), (), {})


@dataclass(frozen=True, slots=True)
class InjectionFilter:
    """Which signals a rule listens to."""

    languages: Sequence[str]
    structural: bool
    learned: bool = True

    def listens(self, language: str) -> bool:
        """True when the rule wants signals of this language."""
        if language == "own":
            return True
        if language in _STRUCTURAL_LANGUAGES:
            return self.structural
        return not self.languages or language in self.languages


# What a rule that chooses nothing listens to.
_EVERYTHING = (InjectionFilter((), True),)


def list_injection_patterns(rules: Sequence[InjectionFilter] = _EVERYTHING) -> list[PatternSource]:
    """The catalogue's patterns that at least one rule listens to, case-insensitive."""
    return [PatternSource(row["id"], row["source"], "i") for row in _wanted_rows(rules)]


def list_injection_signals(rules: Sequence[InjectionFilter] = _EVERYTHING) -> list[InjectionSignal]:
    """What each of those patterns stands for, in the same order."""
    family_index = {name: index for index, name in enumerate(INJECTION_FAMILIES)}
    return [InjectionSignal(family_index[row["family"]], row["weight"], row["language"]) for row in _wanted_rows(rules)]


def _wanted_rows(rules: Sequence[InjectionFilter]) -> list[dict[str, Any]]:
    languages = {row["language"] for row in INJECTION_PATTERNS}
    heard = {language for language in languages if any(rule.listens(language) for rule in rules)}
    return [row for row in INJECTION_PATTERNS if row["language"] in heard]


class InjectionJudge(NamedTuple):
    """What a text is judged with."""

    set: PatternSet
    signals: Sequence[InjectionSignal | None]
    wanted: InjectionFilter
    accepts: Callable[[int], bool]

    def hear(self, pattern: int) -> InjectionSignal | None:
        """The signal of a pattern that counts."""
        signal = self.signals[pattern]
        if signal is None or not self.accepts(pattern) or not self.wanted.listens(signal.language):
            return None
        return signal


def score_injection(scan: TextScan, judge: InjectionJudge) -> InjectionScore:
    """The score of one scanned text, or of what it says with its escapes read where that is more (T-56)."""
    if scan.unescaped is None:
        # Most texts hit nothing and show no sign: only the model or a word written another way speaks for more then.
        wanted = judge.wanted
        if (
            scan.hits
            or scan.signs
            or (wanted.learned and not wanted.languages)
            or not scan.text.value.isascii()
            or holds_hidden_words(scan.encoded)
        ):
            return _score_reading(scan, judge)
        return NO_INJECTION
    written = _score_reading(scan, judge)
    read = _score_reading(scan.unescaped, judge)
    return read._replace(reading=scan.unescaped) if read.score > written.score else written


def _score_reading(scan: TextScan, judge: InjectionJudge) -> InjectionScore:
    """The score over the strongest weight of each family: of the text, of its views, and of the learned model."""
    text = scan.normalised.text
    views = list_views(text, scan.encoded, scan.signs)
    letters = score_learned(text) if judge.wanted.learned and not judge.wanted.languages else NO_SCORE
    models = score_together(text, letters)
    said = _weigh_learned(models)
    hides = not scan.text.value.isascii() and _HIDDEN_RUN.search(scan.text.value) is not None
    if not scan.hits and not views and not said and not hides:
        return NO_INJECTION
    families: dict[int, int] = {}
    patterns: list[int] = []
    for hit in scan.hits:
        signal = judge.hear(hit)
        if signal is None:
            continue
        patterns.append(hit)
        raise_weight(families, signal.family, signal.weight)
    viewed = _Viewed(scan, frozenset(patterns), {view.kind for view in views}, judge, said[0].weight if said else 0)
    stretches = [found for view in views for found in _score_view(view, viewed)]
    asks_to_read = not _READING_FAMILIES.isdisjoint(families)
    decoded = find_decoded_prose(scan) if asks_to_read else None
    if decoded:
        stretches.append(StretchSignal(_OBFUSCATION, SCORING["codedTextWeight"], *decoded))
    stretches += said
    if hides:
        stretches.append(StretchSignal(_OBFUSCATION, SCORING["hiddenTextWeight"], 0, len(text)))
    if not patterns and not stretches:
        return NO_INJECTION
    for stretch in stretches:
        raise_weight(families, stretch.family, stretch.weight)
    found = InjectionScore(combine_weights(families), patterns, stretches, families)
    if len(text) > WEAK_REACH and _is_weak(found):
        found = _keep_near(text, found, judge)
    if _is_mention(scan, found, judge):
        return _lower(found, SCORING["mentionPercent"], SCORING["leastMentionScore"])
    kept = _percent_kept(text, models.score, letters.blocks, found, judge) if letters.blocks > 0 else 100
    return _lower(found, kept) if kept < 100 else found


def _is_weak(found: InjectionScore) -> bool:
    """Whether only several families together are an attack, none by itself."""
    medium: int = SCORING["severityScores"]["medium"]
    return found.score >= medium and all(weight < medium for weight in found.families.values())


def _keep_near(text: str, found: InjectionScore, judge: InjectionJudge) -> InjectionScore:
    """What of it stands near each other (SPECIFICATION T-69)."""
    signs = list(found.stretches)
    for pattern in found.patterns:
        signal = judge.signals[pattern]
        if signal is not None:
            family, weight = signal.family, signal.weight
            signs += [Sign(family, weight, span.start, span.end) for span in judge.set.spans(text, pattern)]
    families = gather_near(signs, found.score)
    return found._replace(families=families, score=combine_weights(families))


def _percent_kept(text: str, score: int, blocks: int, found: InjectionScore, judge: InjectionJudge) -> int:
    """Percent of the weights that stay where both models hold a text for innocent (T-66).

    In a short one only phrases of loose families speak aloud, of more where the models are sure; a long one must hold
    nothing but weak phrases.
    """
    if score >= _CONTRADICTION["score"] or found.stretches:
        return 100
    weak = _CONTRADICTION["weak"]
    sure = _CONTRADICTION["sure"]
    is_sure = blocks == 1 and score < sure["score"]
    if blocks == 1:
        loud = (family for family, weight in found.families.items() if weight > weak)
        if not (_CONTRADICTED | _DOUBTED if is_sure else _CONTRADICTED).issuperset(loud):
            return 100
    elif not _is_weak(found):
        return 100
    signals = [(pattern, judge.signals[pattern]) for pattern in found.patterns]
    if any(signal is None or signal.language not in _CONTRADICTED_LANGUAGES for _, signal in signals):
        return 100
    if not all(
        signal is None or signal.weight <= weak or _is_innocent_near(text, pattern, judge)
        for pattern, signal in signals
    ):
        return 100
    percent: int = sure["percent"] if is_sure else _CONTRADICTION["percent"]
    return percent


def _is_innocent_near(text: str, pattern: int, judge: InjectionJudge) -> bool:
    """Whether the models say so of each match with little around it as well.

    Innocent words beside an attack do not hide it.
    """
    around = _CONTRADICTION["around"]
    spans = judge.set.spans(text, pattern)
    if len(spans) > _CONTRADICTION["places"]:
        return False
    near = (text[max(0, span.start - around) : span.end + around] for span in spans)
    return all(score_together(part, score_learned(part)).score < _CONTRADICTION["score"] for part in near)


def _is_mention(scan: TextScan, found: InjectionScore, judge: InjectionJudge) -> bool:
    """Whether a text only speaks of an attack and quotes it (SPECIFICATION T-47)."""
    if found.score < SCORING["severityScores"]["medium"]:
        return False
    if any(stretch.family != _LEARNED for stretch in found.stretches):
        return False

    def language_of(pattern: int) -> str:
        signal = judge.signals[pattern]
        return "" if signal is None else signal.language

    rest = read_around_quotes(scan.normalised.text, judge.set, found.patterns, language_of)
    if rest is None:
        return False
    around = score_injection(scan_text(scan.text._replace(value=rest), judge.set), judge)
    return around.score < int(SCORING["severityScores"]["low"])


def _lower(found: InjectionScore, percent: int, least: int = 0) -> InjectionScore:
    """The same with so much of each weight, and at least this score."""
    families = {family: weight * percent // 100 for family, weight in found.families.items()}
    return found._replace(families=families, score=max(least, combine_weights(families)))


class _Viewed(NamedTuple):
    """What is viewed: `known` patterns it shows itself, kinds of views that need not be made of a view again."""

    scan: TextScan
    known: frozenset[int]
    seen: set[str]
    judge: InjectionJudge
    # What the models' say of the text itself weighs.
    said: int


def _score_view(view: TextView, viewed: _Viewed) -> list[StretchSignal]:
    """Signals that a view shows and the text as it stands does not, and that they were hidden.

    Patterns, else what the view says in views of its own, and what the models say of it.
    """
    judge = viewed.judge
    text = viewed.scan.normalised.text
    scan = scan_text(viewed.scan.text._replace(value=view.text), judge.set)
    found: list[StretchSignal] = []
    for hit in scan.hits:
        signal = None if hit in viewed.known else judge.hear(hit)
        if signal is not None and (view.kind != "underscores" or _is_joined(view, text, hit, judge)):
            found.append(StretchSignal(signal.family, signal.weight, view.start, view.end))
    said = scan.normalised.text
    is_asked = view.kind not in _PLAIN_VIEWS
    if is_asked and not found:
        for inner in list_views(said, scan.encoded, scan.signs):
            if inner.kind not in viewed.seen:
                viewed.seen.add(inner.kind)
                found += _score_view(inner._replace(start=view.start, end=view.end), viewed._replace(scan=scan))
    shows = bool(found)
    if is_asked and judge.wanted.learned and not judge.wanted.languages:
        for own in _weigh_learned(score_together(said, score_learned(said))):
            if own.weight > viewed.said:
                found.append(own._replace(start=view.start, end=view.end))
                # Where words only stood apart, or on a weak word of theirs, it does not say that something was hidden.
                shows |= own.weight > SCORING["obfuscationWeight"] and view.kind not in _PART_VIEWS
    if shows:
        # Names of code are words that nobody hides: what is weak in them stays so.
        is_name = view.kind == "joined" and all(one.weight < SCORING["severityScores"]["medium"] for one in found)
        if view.kind != "misspelt" and not is_name:
            found.append(StretchSignal(_OBFUSCATION, SCORING["obfuscationWeight"], view.start, view.end))
    elif view.kind in _CODED_VIEWS:
        hides = view.kind in _SIGNAL_CODES and holds_prose(view.text)
        weight = SCORING["hiddenTextWeight" if hides else "codedTextWeight"]
        found.append(StretchSignal(_OBFUSCATION, weight, view.start, view.end))
    return found


def _is_joined(view: TextView, text: str, hit: int, judge: InjectionJudge) -> bool:
    """In this view each character stands where it stood."""
    return any(joins_words(text, span.start, span.end) for span in judge.set.spans(view.text, hit))


def _weigh_learned(models: ModelScore) -> list[StretchSignal]:
    """What both models together say of a text: its words and letters, and what its words do."""
    score, start, end = models
    weight = next((row["weight"] for row in SCORING["modelWeights"] if score >= row["score"]), None)
    return [] if weight is None else [StretchSignal(_LEARNED, weight, start, end)]


def severity_of_score(score: int) -> str:
    """The highest severity whose score is reached; `low` below all."""
    severity = "low"
    for name in SEVERITY_VALUES:
        if score >= SCORING["severityScores"][name]:
            severity = name
    return severity


def locate_signals(scan: TextScan, score: InjectionScore, judge: InjectionJudge) -> list[Evidence]:
    """Where the signals stand in the user's own text: one entry for each family and span, in order of position."""
    scan = score.reading or scan
    found: dict[tuple[int, int, str], Evidence] = {}

    def add(family: int, weight: int, first: int, after: int) -> tuple[int, int, str]:
        start, end = to_original_span(scan, first, after)
        category = INJECTION_FAMILIES[family]
        key = (start, end, category)
        known = found.get(key)
        if known is None or (known.score or 0) < weight:
            found[key] = Evidence(scan.text.path, start, end, category, weight)
        return key

    for pattern in score.patterns:
        signal = judge.signals[pattern]
        if signal is None:
            continue
        # A pattern's spans ascend: behind so many of them none is shown.
        shown: set[tuple[int, int, str]] = set()
        for span in judge.set.spans(scan.normalised.text, pattern):
            shown.add(add(signal.family, signal.weight, span.start, span.end))
            if len(shown) == MAX_EVIDENCE:
                break
    for stretch in score.stretches:
        add(stretch.family, stretch.weight, stretch.start, stretch.end)
    return [found[key] for key in sorted(found)][:MAX_EVIDENCE]


def to_original_span(scan: TextScan, start: int, end: int) -> tuple[int, int]:
    """A span of the normalised text in code points of the original text."""
    return scan.normalised.to_original_span(start, end)
