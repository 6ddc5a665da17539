import { mergeRanges } from "./code-ranges";
import { emptyTree, type SyntaxTree, type TextTree } from "./syntax-tree";

const sequenceOf = (items: readonly TextTree[]): TextTree =>
  items.length === 0 ? emptyTree : items.length === 1 ? items[0]! : { kind: "sequence", items };

/** Returns a tree with the same matches: nested sequences laid flat, one-character branches joined into a class. */
export function simplifyTree(tree: SyntaxTree): SyntaxTree;
export function simplifyTree(tree: TextTree): TextTree;
export function simplifyTree(tree: TextTree): TextTree {
  switch (tree.kind) {
    case "sequence":
      return simplifySequence(tree);
    case "choice":
      return simplifyChoice(tree.items);
    case "repeat": {
      const item = simplifyTree(tree.item);
      if (tree.max === 0 || item.kind === "empty") return emptyTree;
      if (tree.min === 1 && tree.max === 1) return item;
      return item === tree.item ? tree : { ...tree, item };
    }
    default:
      return tree;
  }
}

function simplifySequence(tree: Extract<TextTree, { kind: "sequence" }>): TextTree {
  const given = tree.items;
  /** Made with the first item that is not as it was. */
  let items: TextTree[] | undefined;
  for (let i = 0; i < given.length; i++) {
    const item = given[i]!;
    // Most items are texts or characters.
    const simple = item.kind === "text" || item.kind === "chars" ? item : simplifyTree(item);
    if (items === undefined) {
      if (simple === item && simple.kind !== "empty" && simple.kind !== "sequence") continue;
      items = given.slice(0, i);
    }
    if (simple.kind === "sequence") for (let k = 0; k < simple.items.length; k++) items.push(simple.items[k]!);
    else if (simple.kind !== "empty") items.push(simple);
  }
  if (items !== undefined) return sequenceOf(items);
  return given.length < 2 ? sequenceOf(given) : tree;
}

function simplifyChoice(branches: readonly TextTree[]): TextTree {
  const chars: number[] = [];
  const rest: TextTree[] = [];
  let hasEmpty = false;
  let hasChars = false;
  for (let i = 0; i < branches.length; i++) {
    const simple = simplifyTree(branches[i]!);
    if (simple.kind === "chars") {
      hasChars = true;
      for (let k = 0; k < simple.ranges.length; k++) chars.push(simple.ranges[k]!);
    } else if (simple.kind === "choice") for (let k = 0; k < simple.items.length; k++) rest.push(simple.items[k]!);
    else if (simple.kind === "empty") hasEmpty = true;
    else rest.push(simple);
  }
  if (hasChars) rest.push({ kind: "chars", ranges: mergeRanges(chars) });
  if (hasEmpty) rest.push(emptyTree);
  return rest.length === 0 ? emptyTree : rest.length === 1 ? rest[0]! : { kind: "choice", items: rest };
}

/**
 * Returns a tree that matches somewhere in a text exactly when `tree` does, though perhaps less of it. A search has every
 * text before and after it for free, so what may match nothing at either end can go: `[\w.]+@\w+` becomes `[\w.]@\w`,
 * `(a+)+$` becomes `a$`. The automaton gets fewer states, and they forget the past sooner.
 */
export function reduceForSearch(tree: SyntaxTree): SyntaxTree;
export function reduceForSearch(tree: TextTree): TextTree;
export function reduceForSearch(tree: TextTree): TextTree {
  return simplifyTree(reduceEnd(reduceEnd(tree, "first"), "last"));
}

function reduceEnd(tree: TextTree, end: "first" | "last"): TextTree {
  switch (tree.kind) {
    case "repeat":
      return reduceRepeat(tree, end);
    case "sequence": {
      const items = [...tree.items];
      while (items.length > 0) {
        const at = end === "first" ? 0 : items.length - 1;
        const reduced = reduceEnd(items[at]!, end);
        if (reduced.kind !== "empty") {
          items[at] = reduced;
          break;
        }
        items.splice(at, 1);
      }
      return sequenceOf(items);
    }
    case "choice": {
      const items = tree.items.map((item) => reduceEnd(item, end));
      return items.some((item) => item.kind === "empty") ? emptyTree : { kind: "choice", items };
    }
    default:
      return tree;
  }
}

function reduceRepeat(tree: Extract<TextTree, { kind: "repeat" }>, end: "first" | "last"): TextTree {
  if (tree.min === 0) return emptyTree;
  const outer = reduceEnd(tree.item, end);
  if (outer.kind === "empty") return emptyTree;
  if (tree.min === 1) return outer;
  const others: TextTree = { ...tree, min: tree.min - 1, max: tree.min - 1 };
  return { kind: "sequence", items: end === "first" ? [outer, others] : [others, outer] };
}
