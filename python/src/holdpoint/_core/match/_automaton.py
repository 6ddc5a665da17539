"""A lazily built automaton over one or more patterns, for what google-re2 does not do: streams and comparison."""

from __future__ import annotations

from collections.abc import Sequence

from holdpoint._core.match._ranges import Ranges, has
from holdpoint._core.match._tree import (
    LINE_END,
    LINE_START,
    NOT_WORD_BOUNDARY,
    TEXT_END,
    TEXT_START,
    WORD_BOUNDARY,
    Step,
    Tree,
    walk,
)

OTHER, NEWLINE, WORD, EDGE = range(4)
_ANY_BYTE: Ranges = (0, 255)
_MOST_STATES = 2000
_MOST_CHARS = 4096


def _conditions_between(left: int, right: int) -> int:
    held = WORD_BOUNDARY if (left == WORD) != (right == WORD) else NOT_WORD_BOUNDARY
    held |= (left == EDGE) * TEXT_START | (right == EDGE) * TEXT_END
    return held | (left in {EDGE, NEWLINE}) * LINE_START | (right in {EDGE, NEWLINE}) * LINE_END


_SATISFIED = tuple(_conditions_between(pair >> 2, pair & 3) for pair in range(16))


def kind_of(char: str) -> int:
    """Return what a position can know of the character beside it; an empty string is the edge of the text."""
    if not char:
        return EDGE
    if char == "\n":
        return NEWLINE
    return WORD if char.isascii() and (char.isalnum() or char == "_") else OTHER


class State:
    """The program nodes reached by the last character, its kind, and the patterns found to end just before it."""

    __slots__ = ("context", "kernel", "nexts", "reports")

    def __init__(self, kernel: tuple[int, ...], context: int, reports: tuple[int, ...]) -> None:
        self.kernel = kernel
        self.context = context
        self.reports = reports
        self.nexts: dict[str, State] = {}


class Automaton:
    """Searches from every position at once. A match is reported by the step over the character after it.

    An empty string as character is the end of the text. States are forgotten when there are too many; one held by a
    caller stays good.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.sets: list[Ranges] = []
        self._set_ids: dict[Ranges, int] = {}
        # Forks have edges, characters a set and the next node, matches a pattern.
        self._edges: list[list[tuple[int, int]] | None] = []
        self._chars: list[tuple[int, int] | None] = []
        self._matches: list[int] = []
        self._conditions = 0
        self._starts = []
        for pattern, tree in enumerate(trees):
            end = self._add(None, None, pattern)
            self._starts.append(walk(self._add_tree(tree, end)))
        self.size = len(self._edges)
        line = self._conditions & (LINE_START | LINE_END) != 0
        word = self._conditions & (WORD_BOUNDARY | NOT_WORD_BOUNDARY) != 0
        self._contexts = (OTHER, NEWLINE * line, WORD * word, EDGE * (self._conditions != 0))
        self._states: dict[tuple[tuple[int, ...], int, tuple[int, ...]], State] = {}
        self._members: dict[str, frozenset[int]] = {}
        self._begun: dict[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def _add(self, edges: list[tuple[int, int]] | None, chars: tuple[int, int] | None, pattern: int = -1) -> int:
        self._edges.append(edges)
        self._chars.append(chars)
        self._matches.append(pattern)
        return len(self._edges) - 1

    def _add_tree(self, tree: Tree, after: int) -> Step[int]:
        entry = after
        if tree.kind in {"chars", "byte"}:
            ranges = _ANY_BYTE if tree.kind == "byte" else tree.ranges
            number = self._set_ids.setdefault(ranges, len(self.sets))
            if number == len(self.sets):
                self.sets.append(ranges)
            return self._add(None, (number, after))
        if tree.kind == "assert":
            self._conditions |= tree.condition
            return self._add([(after, tree.condition)], None)
        if tree.kind == "sequence":
            for item in reversed(tree.items):
                entry = yield self._add_tree(item, entry)
        elif tree.kind == "choice":
            edges: list[tuple[int, int]] = []
            for item in tree.items:
                branch: int = yield self._add_tree(item, after)
                edges.append((branch, 0))
            return self._add(edges, None)
        elif tree.kind == "repeat":
            item = tree.items[0]
            copies = tree.least
            if tree.most < 0:
                looped: list[tuple[int, int]] = []
                loop = self._add(looped, None)
                body: int = yield self._add_tree(item, loop)
                looped += ((body, 0), (after, 0))
                entry = body if tree.least > 0 else loop
                copies = max(0, tree.least - 1)
            else:
                for _ in range(tree.least, tree.most):
                    optional: int = yield self._add_tree(item, entry)
                    entry = self._add([(optional, 0), (after, 0)], None)
            for _ in range(copies):
                entry = yield self._add_tree(item, entry)
        return entry

    def begin(self, kernel: tuple[int, ...] = (), before: str = "") -> State:
        """Return the state after a character with nothing under way, or with the given kernel."""
        return self._intern(kernel, self._contexts[kind_of(before)], ())

    def step(self, state: State, char: str) -> State:
        """Return the state after one more character."""
        following = state.nexts.get(char)
        if following is None:
            following = self._build(state, char)
            state.nexts[char] = following
        return following

    def _intern(self, kernel: tuple[int, ...], context: int, reports: tuple[int, ...]) -> State:
        key = (kernel, context, reports)
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= _MOST_STATES:
                for old in self._states.values():
                    old.nexts.clear()
                self._states.clear()
            state = self._states[key] = State(*key)
        elif len(state.nexts) >= _MOST_CHARS:
            state.nexts.clear()
        return state

    def _build(self, state: State, char: str) -> State:
        kind = kind_of(char)
        have = _SATISFIED[state.context * 4 + kind]
        reached, reported = self._close(state.kernel, have, char)
        begun, empty = self._begin_over(have, char)
        reports = tuple(sorted({*reported, *empty}))
        return self._intern(tuple(sorted({*reached, *begun})), self._contexts[kind], reports)

    def _begin_over(self, have: int, char: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        key = (have & self._conditions, char)
        known = self._begun.get(key)
        if known is None:
            if len(self._begun) >= _MOST_CHARS:
                self._begun.clear()
            known = self._begun[key] = self._close(self._starts, have, char)
        return known

    def _close(self, kernel: Sequence[int], have: int, char: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        members = self._members_of(char)
        visited = set(kernel)
        stack = list(kernel)
        reached: set[int] = set()
        reported: set[int] = set()
        while stack:
            node = stack.pop()
            edges = self._edges[node]
            if edges is not None:
                for target, condition in edges:
                    if condition & ~have == 0 and target not in visited:
                        visited.add(target)
                        stack.append(target)
                continue
            chars = self._chars[node]
            if chars is None:
                reported.add(self._matches[node])
            elif chars[0] in members:
                reached.add(chars[1])
        return tuple(reached), tuple(reported)

    def _members_of(self, char: str) -> frozenset[int]:
        members = self._members.get(char)
        if members is None:
            if len(self._members) >= _MOST_CHARS:
                self._members.clear()
            code = ord(char) if char else -1
            members = frozenset(i for i, ranges in enumerate(self.sets) if char and has(ranges, code))
            self._members[char] = members
        return members
