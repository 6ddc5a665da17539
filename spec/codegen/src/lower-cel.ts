import { parse } from "@bufbuild/cel";
import {
  anyNumber,
  bool,
  boundedNumber,
  type CelType,
  type ConditionNames,
  dyn,
  formatType,
  listOf,
  text,
} from "./cel-types.ts";
import { lowerCall } from "./lower-calls.ts";

/** How one target language writes the pieces of a condition. */
export interface Target {
  readonly language: "typescript" | "python";
  readonly and: string;
  readonly or: string;
  readonly not: string;
  readonly true: string;
  readonly false: string;
  equal(a: string, b: string): string;
  notEqual(a: string, b: string): string;
  choose(condition: string, yes: string, no: string): string;
  text(value: string): string;
  /** A call of one of the helpers that stand beside the evaluator (`lowered`). */
  call(helper: string, args: readonly string[]): string;
  /** A function of no or one argument. */
  closure(parameter: string | undefined, body: string): string;
  list(items: readonly string[]): string;
  /** Whether any, or all, items of a list hold. */
  some(list: string, parameter: string, body: string): string;
  every(list: string, parameter: string, body: string): string;
  includes(list: string, item: string): string;
  contains(text: string, part: string): string;
  startsWith(text: string, part: string): string;
  endsWith(text: string, part: string): string;
}

export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

/** A lowered part of a condition. `fails`: its value may be a failure, which is thrown. */
export interface Lowered {
  readonly code: string;
  readonly type: CelType;
  readonly fails: boolean;
}

export interface Lowering {
  readonly source: string;
  readonly target: Target;
  lower(expr: Expr | undefined, locals: Locals): Lowered;
  refuse(message: string): never;
}

/** Variables of `all` and `exists` around an expression. */
export type Locals = ReadonlyMap<string, CelType>;

export interface LoweredCondition {
  readonly code: string;
  readonly type: CelType;
  /** Parts of the request that it reads. */
  readonly parts: ReadonlySet<string>;
}

/**
 * The source of a condition in a target language, lowered from CEL: names of the catalogue, `has`, literals, lists,
 * comparison, logic, arithmetic, `in`, `size`, `all`, `exists`, index and member of maps, functions of text, `glob`,
 * `in_cidr` and `in_hours`. Types are checked; what is wrong is an error of the catalogue, thrown here, at generation
 * time. Failures of the evaluation (a missing key, a value of another type, a quotient by zero) are CEL's: they make the
 * condition fail unless the other side of `&&` or `||` decides.
 */
export function lowerExpression(
  source: string,
  target: Target,
  names: ConditionNames,
  place: "condition" | "message" = "condition",
): LoweredCondition {
  const parts = new Set<string>();
  const tested = new Set<string>();
  const read = new Set<string>();
  const refuse = (message: string): never => {
    throw new Error(`${place} \`${source}\`: ${message}`);
  };
  const lowerName = (expr: Expr, locals: Locals): Lowered | undefined => {
    const path = pathOf(expr);
    if (path === undefined) return undefined;
    const [first] = path;
    const local = first === undefined ? undefined : locals.get(first);
    if (local) return path.length === 1 ? { code: first as string, type: local, fails: false } : undefined;
    const name = names.get(path.join("."));
    if (name) {
      if (name.part) parts.add(name.part);
      const isTest = expr.exprKind.case === "selectExpr" && expr.exprKind.value.testOnly;
      if (isTest) {
        tested.add(path.join("."));
        const test = name.optional?.[target.language];
        return { code: test ?? target.true, type: bool, fails: false };
      }
      if (name.optional) read.add(path.join("."));
      return { code: name[target.language], type: name.type, fails: false };
    }
    if (path.length > 1 && pathKnown(path.slice(0, -1))) return undefined;
    return refuse(`unknown name \`${path.join(".")}\``);
  };
  /** Whether the start of a path names a map or a value to select from. */
  const pathKnown = (path: readonly string[]): boolean =>
    path.some((_, index) => {
      const type = names.get(path.slice(0, index + 1).join("."))?.type;
      return type?.kind === "map" || type?.kind === "dyn";
    });

  const lower = (expr: Expr | undefined, locals: Locals): Lowered => {
    const kind = expr?.exprKind;
    switch (kind?.case) {
      case "constExpr": {
        const constant = kind.value.constantKind;
        if (constant.case === "stringValue") return { code: target.text(constant.value), type: text, fails: false };
        if (constant.case === "boolValue")
          return { code: constant.value ? target.true : target.false, type: bool, fails: false };
        if (constant.case === "doubleValue" || constant.case === "int64Value")
          return { code: String(constant.value), type: boundedNumber, fails: false };
        return refuse(`a ${constant.case} cannot be lowered`);
      }
      case "identExpr":
        return lowerName(expr as Expr, locals) ?? refuse(`unknown name \`${kind.value.name}\``);
      case "selectExpr": {
        const name = lowerName(expr as Expr, locals);
        if (name) return name;
        const operand = lower(kind.value.operand, locals);
        const key = target.text(kind.value.field);
        return lowerMember(operand, key, kind.value.testOnly);
      }
      case "listExpr": {
        const items = kind.value.elements.map((item) => lower(item, locals));
        const item = items[0]?.type ?? dyn;
        if (items.some(({ type }) => type.kind !== item.kind)) refuse("a list with items of different types");
        return {
          code: target.list(items.map(({ code }) => code)),
          type: listOf(item.kind === "number" ? anyNumber : item),
          fails: items.some(({ fails }) => fails),
        };
      }
      case "comprehensionExpr":
        return lowerLoop(kind.value, locals);
      case "callExpr":
        return lowerCall(kind.value, locals, lowering);
      default:
        return refuse(`\`${String(kind?.case)}\` cannot be lowered`);
    }
  };

  const lowerMember = (operand: Lowered, key: string, testOnly: boolean): Lowered => {
    const { type } = operand;
    if (type.kind !== "map" && type.kind !== "dyn") return refuse(`a ${formatType(type)} has no members`);
    if (testOnly) return { code: target.call("hasKey", [operand.code, key]), type: bool, fails: true };
    const item = type.kind === "map" ? type.item : dyn;
    return { code: target.call("lookUp", [operand.code, key]), type: item, fails: true };
  };

  const lowerLoop = (
    loop: Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"],
    locals: Locals,
  ): Lowered => {
    const step = loop.loopStep?.exprKind;
    const start = loop.accuInit?.exprKind;
    const isBool = start?.case === "constExpr" && start.value.constantKind.case === "boolValue";
    if (!isBool || step?.case !== "callExpr" || loop.iterVar2 !== "")
      return refuse("only `all` and `exists` can be lowered");
    const all = step.value.function === "_&&_";
    if (!all && step.value.function !== "_||_") return refuse("only `all` and `exists` can be lowered");
    const range = lower(loop.iterRange, locals);
    if (range.type.kind !== "list") return refuse(`\`${all ? "all" : "exists"}\` of a ${formatType(range.type)}`);
    const inner = new Map(locals).set(loop.iterVar, range.type.item);
    const body = lowering.lower(step.value.args[1], inner);
    if (body.type.kind !== "bool") return refuse(`\`${all ? "all" : "exists"}\` needs a condition`);
    const code = body.fails
      ? target.call(all ? "allOf" : "anyOf", [range.code, target.closure(loop.iterVar, body.code)])
      : (all ? target.every : target.some)(range.code, loop.iterVar, body.code);
    return { code, type: bool, fails: range.fails || body.fails };
  };

  const lowering: Lowering = { source, target, lower, refuse };
  const { code, type } = lower(parse(source).expr, new Map());
  for (const name of read) {
    // A message is only written when its condition holds, which has tested what it reads.
    if (place === "condition" && !tested.has(name)) refuse(`\`${name}\` may be absent, test it with \`has\``);
  }
  return { code: unwrap(code), type, parts };
}

/** A condition: an expression that is true or false. */
export function lowerCondition(source: string, target: Target, names: ConditionNames): LoweredCondition {
  const lowered = lowerExpression(source, target, names);
  if (lowered.type.kind !== "bool")
    throw new Error(`condition \`${source}\` gives ${formatType(lowered.type)}, not bool`);
  return lowered;
}

/** The names of a chain of selections from a plain name. */
function pathOf(expr: Expr): string[] | undefined {
  if (expr.exprKind.case === "identExpr") return [expr.exprKind.value.name];
  if (expr.exprKind.case !== "selectExpr" || !expr.exprKind.value.operand) return undefined;
  const path = pathOf(expr.exprKind.value.operand);
  return path && [...path, expr.exprKind.value.field];
}

/** Without the brackets around the whole. */
function unwrap(code: string): string {
  if (!code.startsWith("(") || !code.endsWith(")")) return code;
  let depth = 0;
  for (let index = 0; index < code.length; index++) {
    if (code[index] === '"') index = endOfText(code, index);
    else if (code[index] === "(") depth++;
    else if (code[index] === ")" && --depth === 0 && index < code.length - 1) return code;
  }
  return code.slice(1, -1);
}

function endOfText(code: string, start: number): number {
  for (let index = start + 1; index < code.length; index++) {
    if (code[index] === "\\") index++;
    else if (code[index] === '"') return index;
  }
  return code.length;
}
