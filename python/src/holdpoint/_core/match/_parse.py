"""RE2's syntax, read as the TypeScript twin reads it: the same patterns, the same refusals at the same place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from holdpoint._core.match._parse_class import Reader, parse_class, parse_class_escape, parse_escape, refuse
from holdpoint._core.match._ranges import ANY, MAX_CODE_POINT, find_case_orbit, find_unicode_group, has
from holdpoint._core.match._tree import (
    EMPTY,
    LINE_END,
    LINE_START,
    NOT_WORD_BOUNDARY,
    TEXT_END,
    TEXT_START,
    WORD_BOUNDARY,
    ParsedPattern,
    Step,
    Tree,
    walk,
)
from holdpoint._gen import match_limits

# RE2 takes a count with leading zeros, or with ten digits and more, for plain text.
_COUNT = re.compile(r"\{(0|[1-9][0-9]{0,8})(?:(,)(0|[1-9][0-9]{0,8})?)?\}")
_ANY_COUNT = re.compile(r"(?<!\\x)" + _COUNT.pattern)
_NOT_NEWLINE = (0, 9, 11, MAX_CODE_POINT)
_LETTERS = {"i": "fold_case", "m": "multi_line", "s": "dot_all", "U": ""}
_REFUSED = (
    ("(?=", "look-ahead `(?=` is not supported: it cannot be matched in linear time"),
    ("(?!", "negative look-ahead `(?!` is not supported: it cannot be matched in linear time"),
    ("(?<=", "look-behind `(?<=` is not supported: it cannot be matched in linear time"),
    ("(?<!", "negative look-behind `(?<!` is not supported: it cannot be matched in linear time"),
    ("(?>", "atomic group `(?>` is not supported; write a plain group `(?:`"),
    ("(?#", "comment group `(?#` is not supported; leave it out"),
    ("(?P=", "back-reference `(?P=` is not supported: it cannot be matched in linear time"),
)
_ASSERTIONS = {"\\b": WORD_BOUNDARY, "\\A": TEXT_START, "\\z": TEXT_END, "\\B": NOT_WORD_BOUNDARY}


@dataclass(frozen=True)
class _Flags:
    fold_case: bool = False
    multi_line: bool = False
    dot_all: bool = False


@dataclass
class _OpenGroup:
    start: int
    flags_after: _Flags
    branches: list[Tree] = field(default_factory=list)
    items: list[Tree] = field(default_factory=list)

    def close(self) -> Tree:
        last = _sequence(self.items)
        return Tree("choice", items=(*self.branches, last)) if self.branches else last


def bound_nodes(source: str) -> int:
    """Return a number that the nodes of a pattern's program do not pass, unless it runs over bytes; it is not read."""
    copies = 1
    for match in _ANY_COUNT.finditer(source):
        copies *= max(1, int(match[1]), int(match[3] or 0))
        if copies >= match_limits.MAX_REPEAT:
            copies = match_limits.MAX_REPEAT
            break
    return 4 * len(source) * copies


def parse_pattern(source: str, letters: str) -> ParsedPattern:
    """Return the tree of a pattern; raises PatternSyntaxError with its position in code points."""
    flags = _Flags()
    for letter in letters:
        changed = _set_flag(flags, letter, value=True)
        if changed is None:
            refuse(0, f"unknown flag `{letter}`; the flags are `i`, `m`, `s`, `U`")
        flags = changed
    reader = Reader(source)
    names: list[str] = []
    open_groups = [_OpenGroup(0, flags)]
    group_count = 0
    uses_bytes = False
    # Where the last repetition operator began, as long as nothing else was read after it.
    repeated_at = -1
    while not reader.ended:
        group = open_groups[-1]
        start = reader.at
        count = _parse_count(reader)
        if count is not None:
            _apply_repeat(group, count, start, repeated_at, reader)
            repeated_at = start
            continue
        repeated_at = -1
        c = reader.peek()
        if c == "(":
            if len(open_groups) > match_limits.MAX_NESTING:
                refuse(start, f"groups nest deeper than {match_limits.MAX_NESTING}")
            kind, inner = _parse_opening(reader, flags, names)
            if kind == "flags":
                flags = inner
                continue
            group_count += kind == "capture"
            open_groups.append(_OpenGroup(start, flags))
            flags = inner
        elif c == ")":
            if len(open_groups) == 1:
                refuse(start, "`)` without `(`; escape it as `\\)`")
            reader.at += 1
            open_groups.pop()
            flags = group.flags_after
            open_groups[-1].items.append(group.close())
        elif c == "|":
            reader.at += 1
            group.branches.append(_sequence(group.items))
            group.items = []
        elif reader.take_if("\\Q"):
            while not reader.ended and not reader.take_if("\\E"):
                group.items.append(_literal(ord(reader.take()), flags))
        elif reader.take_if("\\C"):
            uses_bytes = True
            group.items.append(Tree("byte"))
        else:
            uses_bytes = uses_bytes or reader.text.startswith("\\B", start)
            group.items.append(_read_atom(reader, flags))
    if len(open_groups) > 1:
        refuse(open_groups[-1].start, "`(` lacks its `)`")
    return ParsedPattern(open_groups[0].close(), tuple(names), group_count, uses_bytes)


def _set_flag(flags: _Flags, letter: str, *, value: bool) -> _Flags | None:
    name = _LETTERS.get(letter)
    if name is None:
        return None
    return replace(flags, **{name: value}) if name else flags


def _parse_opening(reader: Reader, flags: _Flags, names: list[str]) -> tuple[str, _Flags]:
    start = reader.at
    for opening, reason in _REFUSED:
        if reader.text.startswith(opening, start):
            refuse(start, reason)
    if reader.take_if("(?P<") or reader.take_if("(?<"):
        _parse_name(reader, start, names)
        return "capture", flags
    if reader.take_if("(?"):
        return _parse_flags(reader, start, flags)
    reader.at += 1
    return "capture", flags


def _parse_name(reader: Reader, start: int, names: list[str]) -> None:
    end = reader.text.find(">", reader.at)
    if end < 0:
        refuse(start, "the name of a group lacks its `>`")
    name = reader.text[reader.at : end]
    groups = [find_unicode_group(group) or () for group in ("L", "Mn", "Mc", "Nd", "Nl", "Pc")]
    if not name or not all(any(has(group, ord(c)) for group in groups) for c in name):
        refuse(start, "the name of a group must be of letters, digits and `_`")
    # As in RE2, a name that is used again stays with the group it named first.
    if name not in names:
        names.append(name)
    reader.at = end + 1


def _parse_flags(reader: Reader, start: int, flags: _Flags) -> tuple[str, _Flags]:
    value = True
    saw_flag = False
    while True:
        if reader.ended:
            refuse(start, "`(?` lacks its `)`")
        letter = reader.take()
        if letter in ":)":
            if not value and not saw_flag:
                refuse(start, f"`{reader.text[start : reader.at]}` names no flag after `-`")
            return ("plain" if letter == ":" else "flags"), flags
        if letter == "-" and value:
            value = saw_flag = False
            continue
        changed = _set_flag(flags, letter, value=value)
        if changed is None:
            syntax = reader.text[start : reader.at]
            refuse(start, f"unknown group syntax `{syntax}`; the flags are `i`, `m`, `s`, `U`")
        flags = changed
        saw_flag = True


def _parse_count(reader: Reader) -> tuple[int, int] | None:
    c = reader.peek()
    if c in {"*", "+", "?"}:
        reader.at += 1
        count = (int(c == "+"), 1 if c == "?" else -1)
    else:
        match = _COUNT.match(reader.text, reader.at) if c == "{" else None
        if match is None:
            return None
        least, most = (int(text) if text else -1 for text in (match[1], match[3]))
        if match[2] is None:
            most = least
        limit = match_limits.MAX_REPEAT
        if least > limit or most > limit:
            refuse(reader.at, f"repetition `{match[0][:40]}` is above {limit}")
        if 0 <= most < least:
            refuse(reader.at, f"repetition `{match[0]}` has its bounds the wrong way round")
        reader.at = match.end()
        count = (least, most)
    if reader.peek() == "?":
        reader.at += 1
    return count


def _apply_repeat(group: _OpenGroup, count: tuple[int, int], start: int, repeated_at: int, reader: Reader) -> None:
    token = reader.text[start : reader.at]
    if not group.items:
        refuse(start, f"nothing to repeat before `{token}`; escape it to match it literally")
    if repeated_at >= 0:
        both = reader.text[repeated_at : reader.at]
        refuse(repeated_at, f"repetition of a repetition `{both}`; put the inner one in a group")
    least, most = count
    tree = Tree("repeat", items=(group.items.pop(),), least=least, most=most, at=start)
    limit = match_limits.MAX_REPEAT
    if max(least, most) >= 2 and walk(_repeat_budget(tree, limit)) == 0:
        refuse(start, f"nested repetitions multiply to more than {limit}")
    group.items.append(tree)


def _repeat_budget(tree: Tree, budget: int) -> Step[int]:
    if tree.kind == "repeat":
        count = max(tree.most, tree.least)
        budget = budget // count if count > 0 else budget
    least = budget
    if budget > 0:
        for item in tree.items:
            if item.items:
                left: int = yield _repeat_budget(item, budget)
                least = min(least, left)
    return least


def _read_atom(reader: Reader, flags: _Flags) -> Tree:
    c = reader.peek()
    if c == ".":
        reader.at += 1
        return Tree("chars", ANY if flags.dot_all else _NOT_NEWLINE)
    if c in {"^", "$"}:
        reader.at += 1
        whole, line = (TEXT_START, LINE_START) if c == "^" else (TEXT_END, LINE_END)
        return Tree("assert", condition=line if flags.multi_line else whole)
    if c == "[":
        return Tree("chars", parse_class(reader, fold_case=flags.fold_case))
    if c == "\\":
        condition = _ASSERTIONS.get(c + reader.peek(1))
        if condition is not None:
            reader.at += 2
            return Tree("assert", condition=condition)
        ranges = parse_class_escape(reader, fold_case=flags.fold_case)
        return Tree("chars", ranges) if ranges is not None else _literal(parse_escape(reader), flags)
    return _literal(ord(reader.take()), flags)


def _literal(code: int, flags: _Flags) -> Tree:
    orbit = sorted(find_case_orbit(code)) if flags.fold_case else (code,)
    return Tree("chars", tuple(end for member in orbit for end in (member, member)))


def _sequence(items: list[Tree]) -> Tree:
    if not items:
        return EMPTY
    return items[0] if len(items) == 1 else Tree("sequence", items=tuple(items))
