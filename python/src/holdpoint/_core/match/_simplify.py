"""Trees with the same matches, or found in the same texts; how large they are; how they are written."""

from __future__ import annotations

import re

from holdpoint._core.match._parse_class import refuse
from holdpoint._core.match._ranges import Ranges, merge, pairs
from holdpoint._core.match._tree import EMPTY, Step, Tree

_ASSERTIONS = {1: "\\A", 2: "\\z", 4: "(?m:^)", 8: "(?m:$)", 16: "\\b", 32: "\\B"}
_PLAIN = re.compile("[A-Za-z0-9_]")


def sequence_of(items: list[Tree]) -> Tree:
    """Return the items one after the other."""
    if not items:
        return EMPTY
    return items[0] if len(items) == 1 else Tree("sequence", items=tuple(items))


def simplify(tree: Tree) -> Step[Tree]:
    """Return a tree with the same matches: nested sequences laid flat, one-character branches joined into a class."""
    if tree.kind == "sequence":
        flat: list[Tree] = []
        for item in tree.items:
            simple: Tree = (yield simplify(item)) if item.items else item
            if simple.kind == "sequence":
                flat += simple.items
            elif simple.kind != "empty":
                flat.append(simple)
        return sequence_of(flat)
    if tree.kind == "choice":
        branches = []
        for item in tree.items:
            branches.append((yield simplify(item)) if item.items else item)
        return _simplify_choice(branches)
    if tree.kind == "repeat":
        inner: Tree = (yield simplify(tree.items[0])) if tree.items[0].items else tree.items[0]
        if tree.most == 0 or inner.kind == "empty":
            return EMPTY
        if tree.least == 1 and tree.most == 1:
            return inner
        return _with_item(tree, inner)
    return tree


def _with_item(tree: Tree, item: Tree) -> Tree:
    return Tree("repeat", items=(item,), least=tree.least, most=tree.most, at=tree.at)


def _simplify_choice(branches: list[Tree]) -> Tree:
    flat: list[Tree] = []
    for branch in branches:
        flat += branch.items if branch.kind == "choice" else (branch,)
    rest = [branch for branch in flat if branch.kind not in {"chars", "empty"}]
    chars = [branch.ranges for branch in flat if branch.kind == "chars"]
    if chars:
        rest.append(Tree("chars", merge([pair for ranges in chars for pair in pairs(ranges)])))
    if any(branch.kind == "empty" for branch in flat):
        rest.append(EMPTY)
    return rest[0] if len(rest) == 1 else Tree("choice", items=tuple(rest))


def reduce_for_search(tree: Tree) -> Step[Tree]:
    """Return a tree that matches somewhere in a text exactly when the given one does, though perhaps less of it."""
    first: Tree = yield _reduce_end(tree, last=False)
    both: Tree = yield _reduce_end(first, last=True)
    reduced: Tree = yield simplify(both)
    return reduced


def _reduce_end(tree: Tree, *, last: bool) -> Step[Tree]:
    reduced: Tree
    if tree.kind == "repeat":
        if tree.least == 0:
            return EMPTY
        reduced = yield _reduce_end(tree.items[0], last=last)
        if reduced.kind == "empty" or tree.least == 1:
            return reduced
        others = Tree("repeat", items=tree.items, least=tree.least - 1, most=tree.least - 1, at=tree.at)
        return Tree("sequence", items=(others, reduced) if last else (reduced, others))
    if tree.kind == "sequence":
        items = list(tree.items)
        while items:
            at = -1 if last else 0
            reduced = yield _reduce_end(items[at], last=last)
            if reduced.kind != "empty":
                items[at] = reduced
                break
            items.pop(at)
        return sequence_of(items)
    if tree.kind == "choice":
        branches = []
        for item in tree.items:
            branches.append((yield _reduce_end(item, last=last)))
        return EMPTY if any(item.kind == "empty" for item in branches) else Tree("choice", items=tuple(branches))
    return tree


def measure(tree: Tree, most_nodes: int, at: int = 0) -> Step[int]:
    """Return how many nodes the program of a tree has; refuses it where the count passes the limit."""
    nodes = 1
    if tree.kind in {"sequence", "choice"}:
        for item in tree.items:
            counted: int = (yield measure(item, most_nodes, at)) if item.items else 1
            nodes += counted
    elif tree.kind == "repeat":
        inner: int = yield measure(tree.items[0], most_nodes, tree.at)
        counted_copies = inner * tree.most + tree.most - tree.least
        nodes = inner * max(1, tree.least) + 1 if tree.most < 0 else counted_copies
        at = tree.at
    if nodes > most_nodes:
        refuse(at, "the program of the pattern is too large; lower its repetition counts or split it")
    return nodes


def shortest(tree: Tree) -> Step[int]:
    """Return the fewest code points a match has."""
    if tree.kind in {"chars", "byte"}:
        return 1
    lengths: list[int] = []
    for item in tree.items:
        length: int = yield shortest(item)
        lengths.append(length)
    if tree.kind == "choice":
        return min(lengths)
    return sum(lengths) * (tree.least if tree.kind == "repeat" else 1)


def longest(tree: Tree) -> Step[int | None]:
    """Return the most code points a match has; None when there is no most."""
    if tree.kind in {"chars", "byte"}:
        return 1
    lengths: list[int] = []
    for item in tree.items:
        length: int | None = yield longest(item)
        if length is None:
            return None
        lengths.append(length)
    if tree.kind == "choice":
        return max(lengths)
    if tree.kind == "repeat":
        if lengths[0] == 0:
            return 0
        return None if tree.most < 0 else lengths[0] * tree.most
    return sum(lengths)


def write(tree: Tree) -> Step[str]:
    """Return an RE2 pattern with the same matches as a tree."""
    if tree.kind == "chars":
        return _write_ranges(tree.ranges)
    if tree.kind == "byte":
        return "\\C"
    if tree.kind == "assert":
        return _ASSERTIONS[tree.condition]
    if tree.kind == "empty":
        return "(?:)"
    texts = []
    for item in tree.items:
        texts.append((yield write(item)))
    if tree.kind == "choice":
        return "|".join(texts)
    if tree.kind == "sequence":
        both = zip(tree.items, texts, strict=True)
        return "".join(f"(?:{text})" if item.kind == "choice" else text for item, text in both)
    single = tree.items[0].kind in {"chars", "byte"}
    return (texts[0] if single else f"(?:{texts[0]})") + _write_count(tree.least, tree.most)


def _write_count(least: int, most: int) -> str:
    if most < 0:
        return "*" if least == 0 else "+" if least == 1 else f"{{{least},}}"
    if (least, most) == (0, 1):
        return "?"
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _write_ranges(ranges: Ranges) -> str:
    if len(ranges) == 2 and ranges[0] == ranges[1]:
        return _write_code(ranges[0])
    if not ranges:
        return "[^\\x00-\\x{10FFFF}]"
    parts = (_write_code(first) + ("" if first == last else f"-{_write_code(last)}") for first, last in pairs(ranges))
    return f"[{''.join(parts)}]"


def _write_code(code: int) -> str:
    if code == 0x20 or (code < 0x80 and _PLAIN.match(chr(code))):
        return chr(code)
    return f"\\{chr(code)}" if 0x20 < code < 0x7F else f"\\x{{{code:X}}}"
