"""What several texts of a conversation show together (SPECIFICATION T-44)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ..._gen.messages import Evidence
from ..._gen.tables import SCORING
from .combine_weights import combine_weights, raise_weight
from .injection import InjectionJudge, InjectionScore, locate_signals, score_injection
from .text_scan import Text, TextScan, scan_text
from .view_traits import read_word_table

_MAX_TURNS = 8
_MAX_TURN_LENGTH = 1024
_MAX_JOINED_LENGTH = 4096
# The shortest word that counts as cut in two, and how many letters are read of either half.
_LEAST_CUT_WORD = 4
_HEAD = re.compile(r"[A-Za-z]{0,16}\Z")
_TAIL = re.compile("[A-Za-z]{0,16}")


class Turn(NamedTuple):
    """One text of a conversation, with its own score."""

    scan: TextScan
    score: InjectionScore


class ConversationScore(NamedTuple):
    """A joint score, the path of the text that completes it, and where it stands."""

    score: int
    families: dict[int, int]
    path: str
    evidence: Sequence[Evidence]


class _Part(NamedTuple):
    turn: Turn
    # Where the part begins in the joined text and in its own; where it ends in its own.
    at: int
    start: int
    end: int


def score_conversation(turns: Sequence[Turn], judge: InjectionJudge) -> ConversationScore:
    """Phrases that only the joined text holds in full; what each text shows for itself with a part of its weight."""
    value, parts = _join_turns(turns)
    last = parts[-1].turn.scan.text.path if parts else ""
    scan = scan_text(Text("history", last, value), judge.set)
    whole = score_injection(scan, judge._replace(wanted=replace(judge.wanted, learned=False)))
    known = {pattern for part in parts for pattern in part.turn.score.patterns}
    patterns = [pattern for pattern in whole.patterns if pattern not in known]

    families: dict[int, int] = {}
    for pattern in patterns:
        signal = judge.signals[pattern]
        if signal is not None:
            raise_weight(families, signal.family, signal.weight)
    for part in parts:
        for family, weight in part.turn.score.families.items():
            raise_weight(families, family, weight * SCORING["conversationPercent"] // 100)
    evidence = [item for part in parts for item in locate_signals(part.turn.scan, part.turn.score, judge)]
    across = InjectionScore(0, patterns, (), {}, whole.reading)
    for item in locate_signals(scan, across, judge):
        for part in parts:
            first = max(item.start, part.at) - part.at + part.start
            after = min(item.end - part.at + part.start, part.end)
            if first < after:
                evidence.append(Evidence(part.turn.scan.text.path, first, after, item.category, item.score))
    return ConversationScore(combine_weights(families), families, last, evidence)


def _join_turns(turns: Sequence[Turn]) -> tuple[str, list[_Part]]:
    """The ends of the last texts, in the order of the conversation, the newest input last."""
    ordered = [
        *(turn for turn in turns if turn.scan.text.role == "history"),
        *(turn for turn in turns if turn.scan.text.role != "history"),
    ][-_MAX_TURNS:]
    kept: list[tuple[Turn, str, int]] = []
    left = _MAX_JOINED_LENGTH
    for turn in reversed(ordered):
        value = turn.scan.text.value
        start = max(0, len(value) - min(_MAX_TURN_LENGTH, left))
        if start == len(value):
            continue
        left -= len(value) - start
        kept.insert(0, (turn, value[start:], start))
    parts: list[_Part] = []
    value = ""
    for index, (turn, text, start) in enumerate(kept):
        parts.append(_Part(turn, len(value), start, start + len(text)))
        following = kept[index + 1][1] if index + 1 < len(kept) else ""
        value += text if _is_cut_word(text, following) else f"{text} "
    return value, parts


def _is_cut_word(before: str, after: str) -> bool:
    """Whether a listed word was cut in two: someone hides it, and it must be whole to be found.

    Words that are listed both stay two.
    """
    head = _found(_HEAD.search(before[-16:]))
    tail = _found(_TAIL.match(after))
    plain = read_word_table().plain
    return (
        head != ""
        and tail != ""
        and len(head) + len(tail) >= _LEAST_CUT_WORD
        and head + tail in plain
        and not (head in plain and tail in plain)
    )


def _found(match: re.Match[str] | None) -> str:
    return match[0].lower() if match else ""
