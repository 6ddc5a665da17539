import { comprehensionNestingMax, problemsMax } from "../gen/expr-limits";
import type { Call, Ident, Loop, Node, Select } from "./ast";
import { type Environment, literalChecks, type Overload } from "./environment";
import { ErrorValue } from "./errors";
import { type ExprProblem, problemAt, suggest } from "./problem";
import {
  formatType,
  isDyn,
  isNumber,
  joinTypes,
  listOf,
  mapOf,
  matchType,
  substitute,
  type Type,
  types,
} from "./types";

const typeNames: Readonly<Record<string, Type>> = {
  bool: types.bool,
  int: types.int,
  uint: types.uint,
  double: types.double,
  string: types.string,
  bytes: types.bytes,
  null_type: types.null,
  list: listOf(types.dyn),
  map: mapOf(types.dyn, types.dyn),
  type: { kind: "type", of: types.dyn },
  "google.protobuf.Timestamp": types.timestamp,
  "google.protobuf.Duration": types.duration,
};

/** True for a name that stands for a type, as in `type(x) == int`. */
export const isTypeName = (name: string): boolean => Object.hasOwn(typeNames, name);

/** `a.b.c` of a chain of plain names, undefined for any other node. */
export function dottedName(node: Node): string | undefined {
  if (node.kind === "ident") return node.name;
  if (node.kind !== "select" || node.test) return undefined;
  const operand = dottedName(node.operand);
  return operand && `${operand}.${node.field}`;
}

const rootOf = (node: Node): Node => (node.kind === "select" ? rootOf(node.operand) : node);

/** `_+_` as its reader knows it. */
export const displayName = (name: string): string => (name === "_[_]" ? "[]" : name.replace(/^_|_$/g, ""));

interface Scope {
  readonly name: string;
  readonly type: Type;
  readonly slot: number;
}

/** Sets the type of every node and gives all problems, in the order of the source. */
export function checkExpression(root: Node, source: string, env: Environment): ExprProblem[] {
  const found: { pos: number; message: string; suggestion: string | undefined }[] = [];
  const scopes: Scope[] = [];

  function report(pos: number, message: string, suggestion?: string): Type {
    found.push({
      pos,
      message: suggestion === undefined ? message : `${message}; did you mean \`${suggestion}\`?`,
      suggestion,
    });
    return types.error;
  }

  const check = (node: Node): Type => (node.type = infer(node));

  function infer(node: Node): Type {
    switch (node.kind) {
      case "literal":
        return node.type;
      case "ident":
        return inferIdent(node);
      case "select":
        return inferSelect(node);
      case "call":
        return inferCall(node);
      case "logic":
        for (const arg of node.args) expectBool(arg, node.name, arg.pos);
        return types.bool;
      case "list":
        return listOf(joinAll(node.items));
      case "map": {
        for (const [key] of node.entries) {
          const type = check(key);
          if (!isDyn(type) && !["bool", "int", "uint", "string"].includes(type.kind)) {
            report(key.pos, `a map key cannot be ${formatType(type)}`);
          }
        }
        const keys = node.entries.map((entry) => entry[0]);
        return mapOf(joinChecked(keys), joinAll(node.entries.map((entry) => entry[1])));
      }
      case "loop":
        return inferLoop(node);
    }
  }

  function expectBool(node: Node, name: string, pos: number): void {
    const type = check(node);
    if (type.kind !== "bool" && !isDyn(type)) report(pos, `\`${name}\` needs bool, found ${formatType(type)}`);
  }

  function joinAll(nodes: readonly Node[]): Type {
    for (const node of nodes) check(node);
    return joinChecked(nodes);
  }

  function joinChecked(nodes: readonly Node[]): Type {
    let joined: Type = types.free;
    for (const node of nodes) joined = joinTypes(joined, node.type) ?? types.dyn;
    return joined;
  }

  function inferIdent(node: Ident): Type {
    if (!node.absolute) {
      const scope = scopes.findLast((candidate) => candidate.name === node.name);
      if (scope !== undefined) {
        node.slot = scope.slot;
        return scope.type;
      }
    }
    const type = env.variables.get(node.name) ?? typeOfTypeName(node.name);
    if (type !== undefined) return type;
    const member = listMembers(node.name)[0];
    if (member !== undefined) return report(node.pos, `read a member of \`${node.name}\`, such as \`${member}\``);
    const known = [...env.variables.keys(), ...scopes.map((scope) => scope.name)];
    return report(node.pos, `unknown variable \`${node.name}\``, suggest(node.name, known));
  }

  /** Variables whose name begins with this one, where it is no variable itself. */
  const listMembers = (name: string): string[] =>
    env.variables.has(name) ? [] : [...env.variables.keys()].filter((known) => known.startsWith(`${name}.`));

  const typeOfTypeName = (name: string): Type | undefined =>
    isTypeName(name) ? { kind: "type", of: typeNames[name] as Type } : undefined;

  function inferSelect(node: Select): Type {
    const name = dottedName(node);
    if (name !== undefined && !isLoopVariable(rootOf(node))) {
      const type = env.variables.get(name) ?? typeOfTypeName(name);
      if (type !== undefined) {
        node.variable = name;
        return type;
      }
      const members = node.operand.kind === "ident" ? listMembers(node.operand.name) : [];
      if (members.length > 0) return report(node.pos, `unknown variable \`${name}\``, suggest(name, members));
    }
    const type = fieldType(check(node.operand), node);
    return node.test ? types.bool : type;
  }

  const isLoopVariable = (node: Node): boolean =>
    node.kind === "ident" && !node.absolute && scopes.some((scope) => scope.name === node.name);

  function fieldType(of: Type, node: Select): Type {
    if (isDyn(of)) return types.dyn;
    if (of.kind === "record") return recordField(of.fields, node.field, node.pos);
    if (of.kind === "map" && (of.key.kind === "string" || isDyn(of.key))) return of.value;
    return report(node.pos, `cannot read field \`${node.field}\` of ${formatType(of)}`);
  }

  function recordField(fields: Readonly<Record<string, Type>>, field: string, pos: number): Type {
    return fields[field] ?? report(pos, `unknown field \`${field}\``, suggest(field, Object.keys(fields)));
  }

  function inferCall(node: Call): Type {
    const { name, args } = node;
    const operands = node.target === undefined ? args : [node.target, ...args];
    for (const operand of operands) check(operand);
    const operandTypes = operands.map((operand) => operand.type);
    const [a, b, c] = operandTypes as [Type, Type, Type];
    switch (name) {
      case "_?_:_": {
        if (a.kind !== "bool" && !isDyn(a)) report((args[0] as Node).pos, `\`?:\` needs bool, found ${formatType(a)}`);
        return (
          joinTypes(b, c) ??
          report(node.pos, `\`?:\` gives ${formatType(b)} or ${formatType(c)}; both must be of one type`)
        );
      }
      case "_==_":
      case "_!=_":
        for (const arg of args) checkClosed(arg, args);
        return areEqualTypes(a, b) ? types.bool : noOverload(node, operands);
      case "_<_":
      case "_<=_":
      case "_>_":
      case "_>=_":
        return areOrdered(a, b) ? types.bool : noOverload(node, operands);
      case "_in_":
        if (args[1]?.kind === "list") checkClosed(args[0] as Node, args[1].items);
        return canContain(b, a) ? types.bool : noOverload(node, operands);
      case "_[_]": {
        const key = args[1] as Node;
        if (a.kind === "record" && key.kind === "literal" && typeof key.value === "string") {
          return recordField(a.fields, key.value, key.pos);
        }
      }
    }
    const overloads = env.functions.get(name);
    if (overloads === undefined)
      return report(node.pos, `unknown function \`${name}\``, suggest(name, functionNames()));
    checkLiterals(node, operands);
    return resolve(node, overloads, operands, operandTypes);
  }

  /** A variable that is one of a few texts, compared with another one, could only ever differ from it. */
  function checkClosed(node: Node, others: readonly Node[]): void {
    const name = isLoopVariable(rootOf(node)) ? undefined : dottedName(node);
    const known = name === undefined ? undefined : env.closed.get(name);
    if (known === undefined) return;
    for (const other of others) {
      if (other.kind !== "literal" || typeof other.value !== "string" || known.includes(other.value)) continue;
      report(other.pos, `\`${name}\` is one of ${known.join(", ")}`, suggest(other.value, known));
    }
  }

  const functionNames = (): string[] => [...env.functions.keys(), "has"].filter((name) => !name.includes("_["));

  function resolve(
    node: Call,
    overloads: readonly Overload[],
    operands: readonly Node[],
    given: readonly Type[],
  ): Type {
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.receiver !== (node.target !== undefined) || overload.params.length !== given.length) continue;
      const bindings = new Map<string, Type>();
      if (!overload.params.every((param, index) => matchType(param, given[index] as Type, bindings))) continue;
      const type = substitute(overload.result, bindings);
      if (result === undefined) result = type;
      else if (formatType(result) !== formatType(type)) result = types.dyn;
    }
    return result ?? noOverload(node, operands);
  }

  function noOverload(node: Call, operands: readonly Node[]): Type {
    if (operands.some((operand) => operand.type.kind === "error")) return types.error;
    const given = operands.map((operand) => formatType(operand.type)).join(" and ") || "no arguments";
    const overloads = env.functions.get(node.name) ?? [];
    const style = overloads.some((overload) => overload.receiver === (node.target !== undefined));
    if (overloads.length > 0 && !style) {
      const shape = node.target === undefined ? `x.${node.name}(…)` : `${node.name}(…)`;
      return report(node.pos, `\`${node.name}\` is written \`${shape}\``);
    }
    return report(node.pos, `\`${displayName(node.name)}\` cannot take ${given}${numberHint(operands)}`);
  }

  /** What to write instead when only the kinds of numbers differ. */
  function numberHint(operands: readonly Node[]): string {
    const [a, b] = operands;
    if (operands.length !== 2 || !a || !b || !isNumber(a.type) || !isNumber(b.type) || a.type.kind === b.type.kind)
      return "";
    const wanted = a.type.kind === "int" && a.kind === "literal" ? b.type.kind : a.type.kind;
    const literal = [b, a].find(
      (node) => node.kind === "literal" && node.type.kind === "int" && node.type.kind !== wanted,
    );
    if (literal?.kind === "literal" && wanted === "double") return `; write \`${literal.value}.0\``;
    if (literal?.kind === "literal" && wanted === "uint") return `; write \`${literal.value}u\``;
    return "; convert one with `double(…)` or `int(…)`";
  }

  function checkLiterals(node: Call, operands: readonly Node[]): void {
    const custom = env.functions
      .get(node.name)
      ?.find(
        ({ params, receiver }) => params.length === operands.length && receiver === (node.target !== undefined),
      )?.custom;
    const values = operands.map((operand) => (operand.kind === "literal" ? operand.value : undefined));
    for (const { position, message, suggestion } of custom?.checkLiterals?.(values) ?? [])
      report((operands[position] ?? node).pos, message, suggestion);
    const literal = literalChecks[node.name];
    const operand = literal && operands[literal.position];
    if (operand?.kind !== "literal") return;
    const error = literal?.check(operand.value);
    if (error instanceof ErrorValue) report(operand.pos, error.celMessage);
  }

  function inferLoop(node: Loop): Type {
    const item = itemType(check(node.range), node);
    node.slot = scopes.length;
    if (node.slot === comprehensionNestingMax) {
      report(node.pos, `\`${node.name}\` is nested in more than ${comprehensionNestingMax - 1} others`);
    }
    scopes.push({ name: node.variable, type: item, slot: node.slot });
    if (node.condition !== undefined) expectBool(node.condition, node.name, node.condition.pos);
    if (node.name === "map") check(node.body);
    else expectBool(node.body, node.name, node.body.pos);
    scopes.pop();
    if (node.name === "map") return listOf(node.body.type);
    return node.name === "filter" ? listOf(item) : types.bool;
  }

  function itemType(range: Type, node: Loop): Type {
    if (range.kind === "list") return range.item;
    if (range.kind === "map") return range.key;
    if (range.kind === "record") return types.string;
    if (!isDyn(range)) report(node.pos, `\`${node.name}\` cannot go over ${formatType(range)}`);
    return types.dyn;
  }

  check(root);
  found.sort((a, b) => a.pos - b.pos);
  return found
    .slice(0, problemsMax)
    .map((problem) => problemAt(source, problem.pos, problem.message, problem.suggestion));
}

const nullable = new Set(["null", "record", "timestamp", "duration"]);

function areEqualTypes(a: Type, b: Type): boolean {
  if (isNumber(a) && isNumber(b)) return true;
  if (a.kind === "null") return nullable.has(b.kind) || isDyn(b);
  if (b.kind === "null") return nullable.has(a.kind) || isDyn(a);
  if (a.kind === "list" && b.kind === "list") return areEqualTypes(a.item, b.item);
  if (a.kind === "map" && b.kind === "map") return areEqualTypes(a.key, b.key) && areEqualTypes(a.value, b.value);
  return joinTypes(a, b) !== undefined;
}

const ordered = new Set(["bool", "string", "bytes", "timestamp", "duration"]);

function areOrdered(a: Type, b: Type): boolean {
  if (isDyn(a)) return isDyn(b) || isNumber(b) || ordered.has(b.kind);
  if (isDyn(b)) return isNumber(a) || ordered.has(a.kind);
  return isNumber(a) ? isNumber(b) : a.kind === b.kind && ordered.has(a.kind);
}

function canContain(container: Type, item: Type): boolean {
  if (isDyn(container)) return true;
  if (container.kind === "list") return areEqualTypes(item, container.item);
  if (container.kind === "map") return areEqualTypes(item, container.key);
  return container.kind === "record" && (item.kind === "string" || isDyn(item));
}
