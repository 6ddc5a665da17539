"""Patterns over the UTF-8 bytes of a text, a byte being a code point of 0 to 255."""

from __future__ import annotations

from holdpoint._core.match._ranges import Ranges, pairs
from holdpoint._core.match._tree import Step, Tree

_LAST_OF_LENGTH = (0x7F, 0x7FF, 0xFFFF, 0x10FFFF)
_LEADS = (0, 0, 0xC0, 0xE0, 0xF0)


def to_byte_tree(tree: Tree) -> Step[Tree]:
    """Return the same pattern over bytes."""
    if tree.kind == "chars":
        return _bytes_of_ranges(tree.ranges)
    if not tree.items:
        return tree
    items = []
    for item in tree.items:
        items.append((yield to_byte_tree(item)))
    return Tree(tree.kind, items=tuple(items), least=tree.least, most=tree.most, at=tree.at)


def _bytes_of_ranges(ranges: Ranges) -> Tree:
    branches: list[Tree] = []
    for first, last in pairs(ranges):
        start = first
        for length, highest in enumerate(_LAST_OF_LENGTH, 1):
            end = min(last, highest)
            if start <= end:
                _split(start, end, length, branches)
                start = end + 1
    if not branches:
        return Tree("chars")
    return branches[0] if len(branches) == 1 else Tree("choice", items=tuple(branches))


def _split(first: int, last: int, length: int, branches: list[Tree]) -> None:
    """Cut the range until all but one byte position is either fixed or free."""
    for i in range(1, length):
        mask = (1 << (6 * i)) - 1
        if first & ~mask == last & ~mask:
            continue
        if first & mask:
            _split(first, first | mask, length, branches)
            _split((first | mask) + 1, last, length, branches)
            return
        if last & mask != mask:
            _split(first, (last & ~mask) - 1, length, branches)
            _split(last & ~mask, last, length, branches)
            return
    both = zip(_encode(first, length), _encode(last, length), strict=True)
    items = tuple(Tree("chars", (low, high)) for low, high in both)
    branches.append(items[0] if len(items) == 1 else Tree("sequence", items=items))


def _encode(code: int, length: int) -> list[int]:
    if length == 1:
        return [code]
    tail = [0x80 | (code >> (6 * i)) & 0x3F for i in range(length - 2, -1, -1)]
    return [_LEADS[length] | code >> (6 * (length - 1)), *tail]
