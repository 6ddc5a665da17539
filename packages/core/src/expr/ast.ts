import type { Type } from "./types";

interface Base {
  /** Offset in the source, in UTF-16 units, where a problem with this node is reported. */
  readonly pos: number;
  readonly depth: number;
  /** Set by the checker. */
  type: Type;
}
export interface Literal extends Base {
  readonly kind: "literal";
  readonly value: unknown;
}
export interface Ident extends Base {
  readonly kind: "ident";
  readonly name: string;
  /** Written with a leading dot: loop variables are not meant. */
  readonly absolute: boolean;
  /** The loop variable this name was resolved to, -1 for a variable of the environment. */
  slot: number;
}
export interface Select extends Base {
  readonly kind: "select";
  readonly operand: Node;
  readonly field: string;
  /** True for `has(operand.field)`. */
  readonly test: boolean;
  /** The dotted variable this whole chain names, if it does. */
  variable: string | undefined;
}
export interface Call extends Base {
  readonly kind: "call";
  readonly name: string;
  readonly target: Node | undefined;
  readonly args: readonly Node[];
}
export interface Logic extends Base {
  readonly kind: "logic";
  readonly name: "&&" | "||";
  readonly args: readonly Node[];
}
export interface ListNode extends Base {
  readonly kind: "list";
  readonly items: readonly Node[];
}
export interface MapNode extends Base {
  readonly kind: "map";
  readonly entries: readonly (readonly [key: Node, value: Node])[];
}
export type LoopName = "all" | "exists" | "exists_one" | "map" | "filter";
export interface Loop extends Base {
  readonly kind: "loop";
  readonly name: LoopName;
  readonly range: Node;
  readonly variable: string;
  /** The condition of a filter, or of a map of three arguments. */
  readonly condition: Node | undefined;
  /** What a map gives for each item; for the others the predicate. */
  readonly body: Node;
  slot: number;
}
export type Node = Literal | Ident | Select | Call | Logic | ListNode | MapNode | Loop;

export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case "select":
      return [node.operand];
    case "call":
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case "logic":
      return node.args;
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "loop":
      return node.condition === undefined ? [node.range, node.body] : [node.range, node.condition, node.body];
    default:
      return [];
  }
}

export function countNodes(node: Node): number {
  let count = 1;
  for (const child of children(node)) count += countNodes(child);
  return count;
}
