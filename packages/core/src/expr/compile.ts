import type { Call, ListNode, Logic, Loop, MapNode, Node, Select } from "./ast";
import { isTypeName } from "./check";
import { compileComparison, compileEquality, compileIn } from "./compile-comparison";
import { compileCustom } from "./compile-custom";
import { compileLoop, compileLoopTest } from "./compile-loop";
import { type Compiler, compileConversion, constant, fromTest, settle, toTest } from "./compiler";
import { type Environment, type Implementation, implementations } from "./environment";
import { ErrorValue, fail } from "./errors";
import { charge, chargeWork, costExceeded, createFrame, type Frame, type Test, type Val } from "./frame";
import type { Matchers } from "./matcher";
import { compilePath, type Path } from "./read";
import { isDyn, type Type } from "./types";
import { CelMap, CelType, friendlyTypeName, isMap, keyId, mapGet, mismatch } from "./values";

export function createCompiler(env: Environment, matchers: Matchers): Compiler {
  const compiler: Compiler = {
    env,
    matchers,
    loopDepth: 0,
    value: (node) => foldConstant(node, compileValue(node, compiler)),
    test: (node) => compileTest(node, compiler),
    path: (node) => findPath(node, env),
  };
  return compiler;
}

const isConstant = (node: Node): boolean => {
  if (node.kind === "literal") return true;
  if (node.kind === "list") return node.items.every(isConstant);
  if (node.kind === "map") return node.entries.every(([key, value]) => isConstant(key) && isConstant(value));
  if (node.kind === "select") return node.variable === undefined && isConstant(node.operand);
  if (node.kind !== "call" || (node.name !== "_?_:_" && !Object.hasOwn(implementations, node.name))) return false;
  return node.args.every(isConstant) && (node.target === undefined || isConstant(node.target));
};

function foldConstant(node: Node, val: Val): Val {
  if (node.kind === "literal" || node.depth > 8 || !isConstant(node)) return val;
  const value = val(createFrame({}));
  return value instanceof ErrorValue ? val : constant(value);
}

function compileValue(node: Node, compiler: Compiler): Val {
  switch (node.kind) {
    case "literal":
      return constant(node.value);
    case "ident": {
      if (node.slot >= 0) {
        const { slot } = node;
        return (frame) => frame.slots[slot];
      }
      return compileRead(node, compiler) ?? compileName(node.name);
    }
    case "select":
      if (node.test) return fromTest(compileTest(node, compiler));
      return compileRead(node, compiler) ?? compileSelect(node, compiler);
    case "logic":
      return fromTest(compileTest(node, compiler));
    case "list":
      return compileList(node, compiler);
    case "map":
      return compileMap(node, compiler);
    case "loop":
      return node.name === "map" || node.name === "filter"
        ? compileLoop(node, compiler)
        : fromTest(compileTest(node, compiler));
    case "call":
      return compileCall(node, compiler);
  }
}

function findPath(node: Node, env: Environment): Path | undefined {
  if (node.kind === "ident") {
    return node.slot < 0 && env.variables.has(node.name) ? { variable: node.name, keys: [] } : undefined;
  }
  if (node.kind === "select" && !node.test) {
    if (node.variable !== undefined)
      return env.variables.has(node.variable) ? { variable: node.variable, keys: [] } : undefined;
    return extendPath(node.operand, node.field, env);
  }
  if (node.kind === "call" && node.name === "_[_]") {
    const [operand, key] = node.args as [Node, Node];
    if (hasNamedFields(operand.type) && key.kind === "literal" && typeof key.value === "string") {
      return extendPath(operand, key.value, env);
    }
  }
  return undefined;
}

/** `m["key"]` reads like `m.key`. */
const hasNamedFields = (type: Type): boolean =>
  type.kind === "record" || (type.kind === "map" && (type.key.kind === "string" || isDyn(type.key)));

function extendPath(operand: Node, key: string, env: Environment): Path | undefined {
  const path = findPath(operand, env);
  return path && { variable: path.variable, keys: [...path.keys, key] };
}

/** A checked read of a path out of the bindings. */
function compileRead(node: Node, compiler: Compiler): Val | undefined {
  const path = compiler.path(node);
  if (path === undefined) return undefined;
  const read = compilePath(path);
  const convert = compileConversion(path, node.type);
  return (frame) => convert(frame, read(frame));
}

function compileName(name: string): Val {
  if (isTypeName(name)) return constant(new CelType(name));
  const unknown = fail("unknown_name", `unknown variable \`${name}\``);
  return () => unknown;
}

function compileSelect(node: Select, compiler: Compiler): Val {
  if (node.variable !== undefined) return compileName(node.variable);
  const operand = compiler.value(node.operand);
  const { field } = node;
  const missing = fail("no_such_key", `no such key \`${field}\``);
  return (frame) => {
    const of = operand(frame);
    if (!isMap(of)) return mismatchField(of, field);
    return mapGet(of, field) ?? (mapGet(of, field) === null ? null : missing);
  };
}

const mismatchField = (of: unknown, field: string): ErrorValue =>
  of instanceof ErrorValue ? of : fail("type_mismatch", `cannot read field \`${field}\` of ${friendlyTypeName(of)}`);

function compileList(node: ListNode, compiler: Compiler): Val {
  const items = node.items.map((item) => compiler.value(item));
  return (frame) => {
    const list: unknown[] = [];
    for (const item of items) {
      const value = item(frame);
      if (value instanceof ErrorValue) return value;
      list.push(value);
    }
    return list;
  };
}

function compileMap(node: MapNode, compiler: Compiler): Val {
  const entries = node.entries.map(([key, value]) => [compiler.value(key), compiler.value(value)] as const);
  return (frame) => {
    const map = new CelMap();
    for (const [readKey, readValue] of entries) {
      const key = readKey(frame);
      if (key instanceof ErrorValue) return key;
      const id = typeof key === "number" ? undefined : keyId(key);
      if (id === undefined) return fail("type_mismatch", `a map key cannot be ${friendlyTypeName(key)}`);
      if (map.celEntries.has(id)) return fail("duplicate_key", "a map has the same key twice");
      const value = readValue(frame);
      if (value instanceof ErrorValue) return value;
      map.celEntries.set(id, [key, value]);
    }
    return map;
  };
}

const comparisons = new Set(["_<_", "_<=_", "_>_", "_>=_"]);

function compileCall(node: Call, compiler: Compiler): Val {
  const { name } = node;
  if (name === "_?_:_") return compileChoice(node, compiler);
  if (isTestCall(node)) return fromTest(compileTest(node, compiler));
  const path = compileRead(node, compiler);
  if (path !== undefined) return path;
  const operands = (node.target === undefined ? node.args : [node.target, ...node.args]).map((arg) =>
    compiler.value(arg),
  );
  const overloads = compiler.env.functions.get(name);
  if (overloads?.some((overload) => overload.custom !== undefined))
    return compileCustom(node, overloads, operands, compiler.loopDepth > 0);
  const implementation = Object.hasOwn(implementations, name) ? implementations[name] : undefined;
  const arity = operands.length;
  if (
    implementation === undefined ||
    !overloads?.some(
      (overload) => overload.params.length === arity && overload.receiver === (node.target !== undefined),
    )
  ) {
    const unknown = fail("unknown_name", `unknown function \`${name}\``);
    return () => unknown;
  }
  return applyFunction(name, implementation, operands, compiler.loopDepth > 0);
}

function applyFunction(name: string, implementation: Implementation, operands: readonly Val[], charged: boolean): Val {
  const [first, second] = operands as [Val, Val | undefined];
  const apply: Val =
    second === undefined
      ? (frame) => {
          const a = first(frame);
          if (a instanceof ErrorValue) return a;
          if (charged) charge(frame, a);
          return implementation(a, undefined);
        }
      : (frame) => {
          const a = first(frame);
          if (a instanceof ErrorValue) return a;
          const b = second(frame);
          if (b instanceof ErrorValue) return b;
          if (charged) {
            charge(frame, a);
            charge(frame, b);
            chargeWork(frame, name, a, b);
            if (frame.steps > frame.stepsMax) return costExceeded;
          }
          return implementation(a, b);
        };
  if (!charged) return apply;
  return (frame) => (frame.steps > frame.stepsMax ? costExceeded : apply(frame));
}

function compileChoice(node: Call, compiler: Compiler): Val {
  const condition = compiler.test(node.args[0] as Node);
  const yes = compiler.value(node.args[1] as Node);
  const no = compiler.value(node.args[2] as Node);
  return (frame) => {
    const chosen = condition(frame);
    if (chosen === 2) return frame.error;
    return chosen === 1 ? yes(frame) : no(frame);
  };
}

const textTests = new Set(["contains", "startsWith", "endsWith"]);

function isTestCall(node: Call): boolean {
  if (comparisons.has(node.name) || ["_==_", "_!=_", "_in_", "!_"].includes(node.name)) return true;
  return node.name === "matches" || (textTests.has(node.name) && node.target !== undefined && node.args.length === 1);
}

function compileTest(node: Node, compiler: Compiler): Test {
  switch (node.kind) {
    case "logic":
      return compileLogic(node, compiler);
    case "loop":
      if (node.name !== "map" && node.name !== "filter") return compileLoopTest(node as Loop, compiler);
      break;
    case "select":
      if (node.test) return compileHas(node, compiler);
      break;
    case "call":
      if (isTestCall(node)) return compileTestCall(node, compiler);
      if (node.name === "_?_:_") {
        const condition = compiler.test(node.args[0] as Node);
        const yes = compiler.test(node.args[1] as Node);
        const no = compiler.test(node.args[2] as Node);
        return (frame) => {
          const chosen = condition(frame);
          return chosen === 2 ? 2 : chosen === 1 ? yes(frame) : no(frame);
        };
      }
  }
  return toTest(compiler.value(node));
}

function compileTestCall(node: Call, compiler: Compiler): Test {
  const { name } = node;
  if (comparisons.has(name)) return compileComparison(node, compiler);
  if (name === "_==_" || name === "_!=_") return compileEquality(node, compiler);
  if (name === "_in_") return compileIn(node, compiler);
  if (name === "!_") {
    const operand = compiler.test(node.args[0] as Node);
    return (frame) => {
      const result = operand(frame);
      return result === 2 ? 2 : result === 1 ? 0 : 1;
    };
  }
  const operands = node.target === undefined ? node.args : [node.target, ...node.args];
  if (operands.length !== 2) return toTest(() => fail("unknown_name", `unknown function \`${name}\``));
  const [textNode, partNode] = operands as [Node, Node];
  const text = compiler.value(textNode);
  const part = compiler.value(partNode);
  const charged = compiler.loopDepth > 0;
  const test =
    name === "matches"
      ? compiler.matchers.compile(partNode)
      : name === "contains"
        ? (a: string, b: string) => a.includes(b)
        : name === "startsWith"
          ? (a: string, b: string) => a.startsWith(b)
          : (a: string, b: string) => a.endsWith(b);
  return (frame) => {
    const a = text(frame);
    const b = part(frame);
    if (typeof a !== "string") {
      frame.error = mismatch("string", a);
      return 2;
    }
    if (typeof b !== "string") {
      frame.error = mismatch("string", b);
      return 2;
    }
    if (charged) {
      charge(frame, a);
      charge(frame, b);
      if (frame.steps > frame.stepsMax) return settle(frame, costExceeded);
    }
    return settle(frame, test(a, b, frame));
  };
}

function compileHas(node: Select, compiler: Compiler): Test {
  const path = compiler.path(node.operand);
  const operand = path === undefined ? compiler.value(node.operand) : compilePath(path);
  const { field } = node;
  return (frame) => {
    const of = operand(frame);
    if (!isMap(of)) {
      frame.error = mismatchField(of, field);
      return 2;
    }
    if (of instanceof CelMap) return mapGet(of, field) === undefined ? 0 : 1;
    return Object.hasOwn(of, field) && of[field] !== undefined ? 1 : 0;
  };
}

/** `&&` and `||`: an operand that settles the answer wins over errors; else the leftmost error is the result. */
function compileLogic(node: Logic, compiler: Compiler): Test {
  const tests = node.args.map((arg) => compiler.test(arg));
  const settling = node.name === "&&" ? 0 : 1;
  const neutral = settling === 0 ? 1 : 0;
  const rest = (frame: Frame, from: number): 0 | 1 | 2 => {
    const { error } = frame;
    for (let index = from; index < tests.length; index++) {
      if ((tests[index] as Test)(frame) === settling) return settling;
    }
    frame.error = error;
    return 2;
  };
  if (tests.length === 2) {
    const [a, b] = tests as [Test, Test];
    return (frame) => {
      const left = a(frame);
      if (left === settling) return settling;
      return left === 2 ? rest(frame, 1) : b(frame);
    };
  }
  return (frame) => {
    for (let index = 0; index < tests.length; index++) {
      const result = (tests[index] as Test)(frame);
      if (result === settling) return settling;
      if (result === 2) return rest(frame, index + 1);
    }
    return neutral;
  };
}
