import type { SyntaxTree } from "./syntax-tree";

/** Returns the fewest code points a match has. */
export function shortest(tree: SyntaxTree): number {
  switch (tree.kind) {
    case "chars":
    case "byte":
      return 1;
    case "sequence":
      return tree.items.reduce((sum, item) => sum + shortest(item), 0);
    case "choice":
      return tree.items.reduce((least, item) => Math.min(least, shortest(item)), Number.POSITIVE_INFINITY);
    case "repeat":
      return tree.min * shortest(tree.item);
    default:
      return 0;
  }
}

/** Returns the most code points a match has; undefined when there is no most. */
export function longest(tree: SyntaxTree): number | undefined {
  switch (tree.kind) {
    case "chars":
    case "byte":
      return 1;
    case "sequence":
    case "choice": {
      let total = 0;
      for (const item of tree.items) {
        const length = longest(item);
        if (length === undefined) return undefined;
        total = tree.kind === "sequence" ? total + length : Math.max(total, length);
      }
      return total;
    }
    case "repeat": {
      const length = longest(tree.item);
      if (length === 0) return 0;
      return length === undefined || tree.max < 0 ? undefined : length * tree.max;
    }
    default:
      return 0;
  }
}
