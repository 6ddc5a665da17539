import type { CompiledPattern } from "./compile-pattern";
import { assertion, type SyntaxTree } from "./syntax-tree";
import { longest, shortest } from "./tree-length";
import type { PatternExplanation } from "./types";
import { writeTree } from "./write-tree";

/** Returns what can be said of a pattern without a text. */
export function explainPattern(pattern: CompiledPattern): PatternExplanation {
  const { tree, searchTree, source, nodes } = pattern;
  return {
    id: source.id,
    source: source.source,
    flags: source.flags ?? "",
    searchedAs: writeTree(searchTree),
    groupNames: pattern.groupNames,
    groupCount: pattern.groupCount,
    programNodes: nodes,
    minLength: shortest(tree),
    maxLength: longest(tree),
    matchesEmpty: searchTree.kind === "empty",
    requiredLiteral: findRequiredLiteral(tree),
    anchoredAtStart: beginsWith(tree, assertion.textStart, 0),
    anchoredAtEnd: beginsWith(tree, assertion.textEnd, -1),
  };
}

/** Returns the longest run of single characters that every match holds, when there is one. */
export function findRequiredLiteral(tree: SyntaxTree): string | undefined {
  const items = tree.kind === "sequence" ? tree.items : [tree];
  let best = "";
  let run = "";
  for (const item of items) {
    if (item.kind === "chars" && item.ranges.length === 2 && item.ranges[0] === item.ranges[1]) {
      run += String.fromCodePoint(item.ranges[0]!);
    } else if (item.kind !== "assert") run = "";
    if (item.kind === "repeat" && item.min > 0) {
      const inner = findRequiredLiteral(item.item);
      if (inner !== undefined && inner.length > best.length) best = inner;
    }
    if (run.length > best.length) best = run;
  }
  return best === "" ? undefined : best;
}

function beginsWith(tree: SyntaxTree, condition: number, end: 0 | -1): boolean {
  if (tree.kind === "assert") return tree.condition === condition;
  if (tree.kind === "sequence") return beginsWith(tree.items.at(end)!, condition, end);
  return tree.kind === "choice" && tree.items.every((item) => beginsWith(item, condition, end));
}
