import { type ExpressionNode as Node, parseExpression } from "@holdpoint/core";

/** What a value must be for a group of comparisons to hold together. */
interface Bounds {
  /** The least and greatest number, and whether they themselves count. */
  low: number;
  lowOpen: boolean;
  high: number;
  highOpen: boolean;
  equals: unknown;
  readonly unequal: Set<unknown>;
}

/**
 * Whether a condition is the same whatever it is evaluated with: because it names nothing, or because its comparisons
 * of one name, or of its size, with constants exclude each other (`cost > 5.0 && cost < 3.0`) or leave nothing out. Undefined when it is not, or
 * when that cannot be seen. Failures (a missing key) are left aside. Never throws.
 */
export function findConstantCondition(source: string): boolean | undefined {
  const parsed = parseExpression(source);
  return parsed.ok ? constantOf(parsed.root) : undefined;
}

function constantOf(node: Node): boolean | undefined {
  if (node.kind === "literal") return typeof node.value === "boolean" ? node.value : undefined;
  if (node.kind === "call" && node.name === "!_") {
    const inner = node.args[0] && constantOf(node.args[0]);
    return inner === undefined ? undefined : !inner;
  }
  if (node.kind === "logic") {
    const settling = node.name === "||";
    const args = flatten(node, node.name);
    const values = args.map(constantOf);
    if (values.includes(settling)) return settling;
    if (values.every((value) => value === !settling)) return !settling;
    return excludeEachOther(args, settling) ? settling : undefined;
  }
  if (node.kind !== "call") return undefined;
  const value = compareLiterals(node);
  if (value !== undefined) return value;
  return excludeEachOther([node], false) ? false : excludeEachOther([node], true) ? true : undefined;
}

const flatten = (node: Node, name: "&&" | "||"): readonly Node[] =>
  node.kind === "logic" && node.name === name ? node.args.flatMap((arg) => flatten(arg, name)) : [node];

/** Of `&&`: whether its comparisons can never all hold. Of `||` (negated): whether they can never all fail. */
function excludeEachOther(args: readonly Node[], negated: boolean): boolean {
  const bounds = new Map<string, Bounds>();
  for (const arg of args) {
    const comparison = readComparison(arg);
    if (!comparison) continue;
    const { name, value } = comparison;
    const operator = negated ? opposite[comparison.operator] : comparison.operator;
    if (operator === undefined) continue;
    const known = bounds.get(name) ?? unbounded(name);
    bounds.set(name, known);
    if (!narrow(known, operator, value)) return true;
  }
  return false;
}

/** A size is never below zero. */
const unbounded = (name: string): Bounds => ({
  low: name.startsWith("size(") ? 0 : Number.NEGATIVE_INFINITY,
  lowOpen: false,
  high: Number.POSITIVE_INFINITY,
  highOpen: false,
  equals: undefined,
  unequal: new Set(),
});

/** False when nothing is left. */
function narrow(bounds: Bounds, operator: string, value: unknown): boolean {
  if (operator === "==") {
    if (bounds.equals !== undefined && bounds.equals !== value) return false;
    bounds.equals = value;
  }
  if (operator === "!=") bounds.unequal.add(value);
  else if (typeof value === "number") {
    const open = operator.length === 1;
    if (operator[0] !== "<" && (value > bounds.low || (value === bounds.low && open))) {
      bounds.low = value;
      bounds.lowOpen = open;
    }
    if (operator[0] !== ">" && (value < bounds.high || (value === bounds.high && open))) {
      bounds.high = value;
      bounds.highOpen = open;
    }
  }
  const { low, lowOpen, high, highOpen, equals, unequal } = bounds;
  if (low > high || (low === high && (lowOpen || highOpen))) return false;
  return !unequal.has(low === high ? low : equals);
}

const opposite: Readonly<Record<string, string>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "==": "!=",
  "!=": "==",
};
function readComparison(node: Node): { name: string; operator: string; value: unknown } | undefined {
  if (node.kind !== "call" || node.args.length !== 2) return undefined;
  const operator = node.name.slice(1, -1);
  if (opposite[operator] === undefined) return undefined;
  const [left, right] = node.args as [Node, Node];
  const [leftName, rightName] = [nameOf(left), nameOf(right)];
  if (leftName !== undefined && right.kind === "literal")
    return { name: leftName, operator, value: plain(right.value) };
  if (rightName !== undefined && left.kind === "literal")
    return {
      name: rightName,
      operator: operator.replace(/[<>]/, (sign) => (sign === "<" ? ">" : "<")),
      value: plain(left.value),
    };
  return undefined;
}

/** Integers and doubles stand on one line (E-3). */
const plain = (value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value);

function nameOf(node: Node): string | undefined {
  if (node.kind === "ident") return node.slot < 0 ? node.name : undefined;
  if (node.kind === "call" && node.name === "size") {
    const [of = node.target] = node.args;
    const name = of && nameOf(of);
    return name === undefined ? undefined : `size(${name})`;
  }
  if (node.kind !== "select" || node.test) return undefined;
  const operand = nameOf(node.operand);
  return operand === undefined ? undefined : `${operand}.${node.field}`;
}

/** Of a comparison of two constants: of one that is known, whether it can be as compared, and whether it can be otherwise. */
function compareLiterals(node: Node & { kind: "call" }): boolean | undefined {
  const [left, right] = node.args;
  const operator = node.name.slice(1, -1);
  if (left?.kind !== "literal" || right?.kind !== "literal" || !opposite[operator]) return undefined;
  const [a, b] = [plain(left.value), plain(right.value)];
  if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string" && typeof a !== "boolean"))
    return undefined;
  const canBe = (relation = ""): boolean => {
    const bounds = unbounded("");
    return narrow(bounds, "==", a) && narrow(bounds, relation, b);
  };
  return canBe(operator) ? (canBe(opposite[operator]) ? undefined : true) : false;
}
