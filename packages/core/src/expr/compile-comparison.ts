import type { Call, Node } from "./ast";
import { type Compiler, compileConversion, settle } from "./compiler";
import { ErrorValue } from "./errors";
import { charge, costExceeded, type Frame, type Test, type Val } from "./frame";
import { compareWith, equal, isIn, type Order, sizeOf } from "./operators";
import { compilePath, type Path } from "./read";
import type { Type } from "./types";
import { textSize } from "./values";

/**
 * An operand of a comparison. An int or uint that a double holds exactly comes as a number: numbers of all types
 * compare on one line, so the answer is the same and no bigint is made. `raw` is unchecked; when it has not the wanted
 * JavaScript type, `finish` gives the checked value or an error. `canonical` is the value as CEL has it, for messages.
 */
interface Operand {
  readonly raw: Val;
  readonly finish: (frame: Frame, raw: unknown) => unknown;
  readonly canonical: Val;
  /** For `size(x)`: x. */
  readonly sized?: Val;
}

const unchanged = (_frame: Frame, raw: unknown): unknown => raw;

function compileOperand(node: Node, compiler: Compiler): Operand {
  const path = compiler.path(node);
  if (path !== undefined) return compilePathOperand(path, node.type);
  if (node.kind === "call" && node.name === "size" && compiler.loopDepth === 0) {
    const of = sizedOperand(node);
    if (of !== undefined) return compileSize(compiler.value(of));
  }
  const value = compiler.value(node);
  const number = numberOf(node);
  if (number !== undefined) return { raw: () => number, finish: unchanged, canonical: value };
  return { raw: value, finish: unchanged, canonical: value };
}

function compilePathOperand(path: Path, type: Type): Operand {
  const read = compilePath(path);
  const finish = compileConversion(path, type);
  const canonical: Val = (frame) => finish(frame, read(frame));
  switch (type.kind) {
    case "double":
    case "string":
      return { raw: read, finish, canonical };
    case "int":
    case "uint": {
      const least = type.kind === "int" ? Number.MIN_SAFE_INTEGER : 0;
      const raw: Val = (frame) => {
        const value = read(frame);
        return Number.isSafeInteger(value) && (value as number) >= least ? value : finish(frame, value);
      };
      return { raw, finish: unchanged, canonical };
    }
    default:
      return { raw: canonical, finish: unchanged, canonical };
  }
}

function sizedOperand(node: Call): Node | undefined {
  const operands = node.target === undefined ? node.args : [node.target, ...node.args];
  return operands.length === 1 ? operands[0] : undefined;
}

function compileSize(value: Val): Operand {
  const canonical: Val = (frame) => {
    const sized = value(frame);
    return sized instanceof ErrorValue ? sized : sizeOf(sized);
  };
  const raw: Val = (frame) => {
    const sized = value(frame);
    if (typeof sized === "string") return textSize(sized);
    return Array.isArray(sized) ? sized.length : sized instanceof ErrorValue ? sized : sizeOf(sized);
  };
  return { raw, finish: unchanged, canonical, sized: value };
}

/**
 * A text of n UTF-16 units has between n/2 and n code points: when both ends give the same answer, nothing is counted,
 * so that a limit on a long text costs no more than one on a short text.
 */
function compileSizeToNumber(order: Order, sized: Val, literal: number, exact: Test): Test {
  const test = numberTests[order];
  return (frame) => {
    const value = sized(frame);
    if (typeof value !== "string") return exact(frame);
    const most = test(value.length, literal);
    return most === test(Math.ceil(value.length / 2), literal) ? (most ? 1 : 0) : exact(frame);
  };
}

const numberTests: Readonly<Record<Order, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const mirrored: Readonly<Record<Order, Order>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

export function compileComparison(node: Call, compiler: Compiler): Test {
  const order = node.name.slice(1, -1) as Order;
  const [leftNode, rightNode] = node.args as [Node, Node];
  const left = compileOperand(leftNode, compiler);
  const right = compileOperand(rightNode, compiler);
  const charged = compiler.loopDepth > 0;
  const slow = (frame: Frame, a: unknown, b: unknown): 0 | 1 | 2 => {
    const x = left.finish(frame, a);
    const y = right.finish(frame, b);
    chargeBoth(frame, x, y, charged);
    if (charged && frame.steps > frame.stepsMax) return settle(frame, costExceeded);
    const result = compareWith(order, x, y);
    const mismatched = result instanceof ErrorValue && result.celReason === "type_mismatch";
    if (mismatched && !(x instanceof ErrorValue) && !(y instanceof ErrorValue)) {
      return settle(frame, compareWith(order, left.canonical(frame), right.canonical(frame)));
    }
    return settle(frame, result);
  };
  const rightNumber = numberOf(rightNode);
  if (rightNumber !== undefined && left.sized !== undefined) {
    return compileSizeToNumber(order, left.sized, rightNumber, compileToNumber(order, left, rightNumber, slow));
  }
  if (rightNumber !== undefined) return compileToNumber(order, left, rightNumber, slow);
  const leftNumber = numberOf(leftNode);
  if (leftNumber !== undefined) {
    return compileToNumber(mirrored[order], right, leftNumber, (frame, value) => slow(frame, leftNumber, value));
  }
  const test = numberTests[order];
  const { raw: leftRaw } = left;
  const { raw: rightRaw } = right;
  return (frame) => {
    const a = leftRaw(frame);
    const b = rightRaw(frame);
    // INVARIANT: no NaN is compared here; the slow path makes it an error.
    if (typeof a === "number" && typeof b === "number" && !Number.isNaN(a) && !Number.isNaN(b))
      return test(a, b) ? 1 : 0;
    return slow(frame, a, b);
  };
}

/** A number literal as a double, when the double is exact. */
function numberOf(node: Node): number | undefined {
  if (node.kind !== "literal") return undefined;
  if (typeof node.value === "number") return node.value;
  if (typeof node.value !== "bigint") return undefined;
  const number = Number(node.value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** One closure per operator: the commonest condition of all reads a number and compares it with a literal. */
function compileToNumber(
  order: Order,
  operand: Operand,
  literal: number,
  slow: (frame: Frame, a: unknown, b: unknown) => 0 | 1 | 2,
): Test {
  const { raw } = operand;
  switch (order) {
    case "<":
      return (frame) => {
        const value = raw(frame);
        return typeof value === "number" && !Number.isNaN(value)
          ? value < literal
            ? 1
            : 0
          : slow(frame, value, literal);
      };
    case "<=":
      return (frame) => {
        const value = raw(frame);
        return typeof value === "number" && !Number.isNaN(value)
          ? value <= literal
            ? 1
            : 0
          : slow(frame, value, literal);
      };
    case ">":
      return (frame) => {
        const value = raw(frame);
        return typeof value === "number" && !Number.isNaN(value)
          ? value > literal
            ? 1
            : 0
          : slow(frame, value, literal);
      };
    case ">=":
      return (frame) => {
        const value = raw(frame);
        return typeof value === "number" && !Number.isNaN(value)
          ? value >= literal
            ? 1
            : 0
          : slow(frame, value, literal);
      };
  }
}

function chargeBoth(frame: Frame, a: unknown, b: unknown, charged: boolean): void {
  if (!charged) return;
  charge(frame, a);
  charge(frame, b);
}

export function compileEquality(node: Call, compiler: Compiler): Test {
  const [leftNode, rightNode] = node.args as [Node, Node];
  const left = compileOperand(leftNode, compiler);
  const right = compileOperand(rightNode, compiler);
  const charged = compiler.loopDepth > 0;
  const yes = node.name === "_==_" ? 1 : 0;
  const no = yes === 1 ? 0 : 1;
  const slow = (frame: Frame, a: unknown, b: unknown): 0 | 1 | 2 => {
    const x = left.finish(frame, a);
    const y = right.finish(frame, b);
    chargeBoth(frame, x, y, charged);
    if (charged && frame.steps > frame.stepsMax) return settle(frame, costExceeded);
    const result = equal(x, y);
    return result instanceof ErrorValue ? settle(frame, result) : result ? yes : no;
  };
  const { raw: leftRaw } = left;
  if (rightNode.kind === "literal" && typeof rightNode.value === "string") {
    const literal = rightNode.value;
    return (frame) => {
      const value = leftRaw(frame);
      if (typeof value === "string" && !charged) return value === literal ? yes : no;
      return slow(frame, value, literal);
    };
  }
  const { raw: rightRaw } = right;
  return (frame) => {
    const a = leftRaw(frame);
    const b = rightRaw(frame);
    if (!charged && typeof a === typeof b) {
      if (typeof a === "string") return a === b ? yes : no;
      if (typeof a === "number" && !Number.isNaN(a) && !Number.isNaN(b)) return a === b ? yes : no;
    }
    return slow(frame, a, b);
  };
}

/** The strings of a list of string literals. */
function literalTexts(node: Node): ReadonlySet<unknown> | undefined {
  if (node.kind !== "list" || node.items.length === 0) return undefined;
  const values = node.items.map((item) => (item.kind === "literal" ? item.value : undefined));
  return values.every((value) => typeof value === "string") ? new Set(values) : undefined;
}

/** `x in ["a", "b"]` with string literals is one look-up. */
export function compileIn(node: Call, compiler: Compiler): Test {
  const [itemNode, containerNode] = node.args as [Node, Node];
  const item = compiler.value(itemNode);
  const container = compiler.value(containerNode);
  const charged = compiler.loopDepth > 0;
  const texts = literalTexts(containerNode);
  const slow = (frame: Frame, value: unknown): 0 | 1 | 2 => {
    const within = container(frame);
    chargeBoth(frame, value, within, charged);
    if (charged && frame.steps > frame.stepsMax) return settle(frame, costExceeded);
    return settle(frame, isIn(value, within));
  };
  if (texts === undefined) return (frame) => slow(frame, item(frame));
  return (frame) => {
    const value = item(frame);
    if (typeof value === "string" && !charged) return texts.has(value) ? 1 : 0;
    return slow(frame, value);
  };
}
