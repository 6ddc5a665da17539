"""Credentials in scanned texts (SPECIFICATION T-50 and following)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from ..._gen.secrets import SECRET_KINDS, SECRET_OWNED_WORDS, SECRET_PROVIDERS, SECRET_WORDS
from ..match import NormalisedText, PatternSet, PatternSource, normalise_text
from .entropy import measure_entropy
from .escapes import cuts_escape, read_escapes
from .secret_values import find_value
from .secret_words import (
    is_member,
    is_placeholder,
    is_weak_word,
    looks_like_password,
    looks_random,
    lower_ascii,
    needed_entropy,
)
from .text_scan import TextScan

# Names of all kinds, in the catalogue's order.
SECRET_KIND_NAMES: tuple[str, ...] = tuple(row["kind"] for row in (*SECRET_KINDS, *SECRET_PROVIDERS))
_PLACES = {kind: index for index, kind in enumerate(SECRET_KIND_NAMES)}

SecretSignal = dict[str, Any]

# How sure a finding is: its kind's form says it, a provider's name beside it says it, or only chance speaks for it.
_FORM, _PROVIDER, _CHANCE = 0.95, 0.8, 0.6

# Characters before an assignment in which a provider's name is looked for, and the longest name.
_PROVIDER_REACH = 60
_LONGEST_NAME = 40


class SecretFinding(NamedTuple):
    """One credential in a text; offsets are code points of the original text. The value is never part of a record."""

    kind: str
    severity: str
    start: int
    end: int
    value: str
    confidence: float


def list_secret_patterns() -> list[PatternSource]:
    """The catalogue's patterns."""
    return [
        PatternSource(pattern["id"], pattern["source"], "") for kind in SECRET_KINDS for pattern in kind["patterns"]
    ]


def list_secret_signals() -> list[SecretSignal]:
    """The kind that each of the catalogue's patterns stands for, in the same order."""
    return [kind for kind in SECRET_KINDS for _ in kind["patterns"]]


# As it was written, and with signs decoded: the parts of a JSON Web Token in an address would read as JSON.
_OTHER_READINGS: tuple[bool | Literal["signs"], ...] = (False, "signs")


def find_secrets(
    scan: TextScan,
    patterns: PatternSet,
    signals: Sequence[SecretSignal | None],
    wanted: Callable[[str], bool],
    min_entropy: int,
) -> list[SecretFinding]:
    """The credentials in one scanned text, in order of position and without overlap.

    The surer wins, then the longer, then the earlier, then the kind that the catalogue names first. A text in which
    something was decoded is looked at in three ways, each with its escapes read too (T-56).
    `min_entropy` is in thousandths of a bit.
    """
    found = _find_in(scan.normalised, scan.hits, patterns, signals, min_entropy)
    unescaped = scan.unescaped
    if unescaped is not None:
        found += _find_in(unescaped.normalised, unescaped.hits, patterns, signals, min_entropy)
    if scan.normalised.changed:
        seen = {scan.normalised.text, None if unescaped is None else unescaped.normalised.text}
        for decode in _OTHER_READINGS:
            reading = normalise_text(scan.text.value, decode=decode)
            if reading.text not in seen:
                seen.add(reading.text)
                found += _find_in(reading, patterns.scan(reading.text), patterns, signals, min_entropy)
                read = read_escapes(reading, decode=decode)
                if read is not None and read.text not in seen:
                    seen.add(read.text)
                    found += _find_in(read, patterns.scan(read.text), patterns, signals, min_entropy)
    kept = [one for one in found if wanted(one.kind)]
    return _resolve_overlaps(scan.text.value, kept) if len(kept) > 1 else kept


def _find_in(
    normalised: NormalisedText,
    hits: Sequence[int],
    patterns: PatternSet,
    signals: Sequence[SecretSignal | None],
    min_entropy: int,
) -> list[SecretFinding]:
    found: list[SecretFinding] = []
    text = normalised.text
    for hit in hits:
        kind = signals[hit]
        if kind is None:
            continue
        for span in patterns.spans(text, hit):
            judged = _judge(text, span.start, span.end, kind, min_entropy)
            if judged is None:
                continue
            name, start, end, confidence = judged
            first, last = normalised.to_original_span(start, end)
            found.append(SecretFinding(name, kind["severity"], first, last, text[start:end], confidence))
    return found


_HAS_DIGIT = re.compile(r"[0-9]")
_HAS_LETTER = re.compile(r"[A-Za-z]")


# What is longer is no credential for its looks alone.
_LONGEST_DRAWN = 4096


def _judge(
    text: str, begin: int, finish: int, kind: SecretSignal, min_entropy: int
) -> tuple[str, int, int, float] | None:
    match = text[begin:finish]
    place = find_value(match, kind["value"])
    if place is None:
        return None
    start, end = begin + place[0], begin + place[1]
    value = text[start:end]
    if not value.startswith(kind["begins"]) or (kind["random"] == "secret" and len(value) > _LONGEST_DRAWN):
        return None
    if is_placeholder(value) or measure_entropy(value) < kind["minEntropy"] or _is_masked(text, end):
        return None
    random, name = kind["random"], kind["kind"]
    if random == "":
        if kind["value"] in ("user", "sentence") and not _is_chosen(value, kind["value"]):
            return None
        return name, start, end, _FORM
    if random in ("mixed", "drawn"):
        is_mixed = _HAS_DIGIT.search(value) and _HAS_LETTER.search(value)
        return (name, start, end, _FORM) if is_mixed and (random == "mixed" or looks_random(value)) else None
    if random == "any":
        return (name, start, end, _FORM) if looks_random(value) else None
    if random == "password":
        quote = text[start - 1] if start > 0 else ""
        after = text[end : end + 1]
        is_quoted = quote in ("'", '"', "`") and after == quote
        is_whole_line = quote == "=" and after in ("", "\n")
        if after in ("(", "["):
            return None
        accepted = looks_like_password(value, is_quoted=is_quoted, is_whole_line=is_whole_line)
        return (name, start, end, _CHANCE) if accepted else None
    named = lower_ascii(text[_find_name_start(text, begin) : start])
    if any(word in named for word in _HARMLESS):
        return None
    if not looks_random(value) or _PUBLIC_ADDRESS.fullmatch(value):
        return None
    if measure_entropy(value) < needed_entropy(value, min_entropy):
        return None
    provider = _find_provider(lower_ascii(text[max(0, begin - _PROVIDER_REACH) : start]))
    return (name, start, end, _CHANCE) if provider is None else (provider, start, end, _PROVIDER)


_HARMLESS = (*SECRET_WORDS["harmlessNames"], *SECRET_OWNED_WORDS)

# Of a contract or an account on a chain, which everybody reads; a key has more digits.
_PUBLIC_ADDRESS = re.compile("0x[0-9A-Fa-f]{40}")
_SIGN_OR_DIGIT = re.compile(r"[0-9!@#$%^&*_+=]")
_BRACKET = re.compile(r"[(){}<>;]")


def _is_chosen(value: str, way: str) -> bool:
    """A word after `user:` or in a sentence is a password only when a person may have chosen it."""
    if value[0] in "$%{[" or is_weak_word(value) or is_member(value):
        return False
    if way == "user":
        return True
    return bool(_SIGN_OR_DIGIT.search(value) and _HAS_LETTER.search(value) and not _BRACKET.search(value))


def _is_masked(text: str, end: int) -> bool:
    """Part of the value was blotted out where it stands."""
    return lower_ascii(text[end : end + 3]).startswith(("##", "**", "..", "••", "xxx"))


_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")


def _find_name_start(text: str, begin: int) -> int:
    """Where the name begins in which a match begins."""
    at = begin
    while at > 0 and begin - at < _LONGEST_NAME and text[at - 1] in _NAME:
        at -= 1
    return at


def _find_provider(before: str) -> str | None:
    best: str | None = None
    best_at = -1
    for provider in SECRET_PROVIDERS:
        for word in provider["words"]:
            at = before.rfind(word)
            if at > best_at:
                best, best_at = provider["kind"], at
    return best


def _resolve_overlaps(text: str, found: list[SecretFinding]) -> list[SecretFinding]:
    escapes = "\\" in text

    def rank(one: SecretFinding) -> tuple[bool, float, int, int, int]:
        cuts = escapes and cuts_escape(text, one.start, one.end)
        return cuts, -one.confidence, one.start - one.end, one.start, _PLACES[one.kind]

    ranked = sorted(found, key=rank)
    # One mark per code point: linear in the length of what was found, however many findings there are.
    taken = bytearray(len(text))
    kept: list[SecretFinding] = []
    for one in ranked:
        if taken.find(1, one.start, one.end) >= 0:
            continue
        taken[one.start : one.end] = b"\x01" * (one.end - one.start)
        kept.append(one)
    return sorted(kept, key=lambda one: one.start)
