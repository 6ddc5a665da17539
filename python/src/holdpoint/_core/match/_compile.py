"""One pattern, parsed and measured, for what has to be known of it beyond what google-re2 says."""

from __future__ import annotations

from dataclasses import dataclass

from holdpoint._core.match._byte_tree import to_byte_tree
from holdpoint._core.match._parse import parse_pattern
from holdpoint._core.match._simplify import measure, reduce_for_search, simplify
from holdpoint._core.match._tree import ParsedPattern, Tree, walk
from holdpoint._gen import match_limits


@dataclass(frozen=True)
class CompiledPattern:
    """`tree` has the matches of the source, `search_tree` is found in the same texts."""

    parsed: ParsedPattern
    tree: Tree
    search_tree: Tree
    nodes: int


def compile_pattern(source: str, flags: str) -> CompiledPattern:
    """Return the pattern; raises PatternSyntaxError where the TypeScript twin refuses it."""
    parsed = parse_pattern(source, flags)
    simple = walk(simplify(parsed.tree))
    nodes = walk(measure(simple, match_limits.MAX_PROGRAM_NODES))
    tree = simple
    if parsed.uses_bytes:
        tree = walk(simplify(walk(to_byte_tree(simple))))
        nodes = walk(measure(tree, match_limits.MAX_PROGRAM_NODES))
    search_tree = walk(reduce_for_search(tree))
    walk(measure(search_tree, match_limits.MAX_PROGRAM_NODES))
    return CompiledPattern(parsed, tree, search_tree, nodes)
