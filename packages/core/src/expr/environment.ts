import { checkCidr, inCidr } from "./cidr";
import {
  convertToBool,
  convertToBytes,
  convertToDouble,
  convertToDuration,
  convertToInt,
  convertToString,
  convertToTimestamp,
  convertToUint,
} from "./convert";
import { type ErrorValue, fail } from "./errors";
import * as operators from "./operators";
import { checkGlob, containsAny, glob, similarity } from "./text-functions";
import { checkZone, durationPart, parseDuration, parseTimestamp, timestampPart } from "./time";
import { type ExprType, parseType, type Type } from "./types";
import { CelDuration, CelTimestamp, CelType, mismatch, typeName } from "./values";

export type ExprBindings = Readonly<Record<string, unknown>>;

/** One way to call a function. `receiver` means `x.f(y)`, x being the first parameter. */
export interface ExprFunction {
  readonly params: readonly ExprType[];
  readonly result: ExprType;
  readonly receiver?: boolean;
  /**
   * Arguments are CEL values: double is a number, int a bigint. The bindings of the evaluation come last, for functions
   * that read state handed in with the request. What it throws becomes an error with the reason `function_failed`.
   */
  readonly call: (args: readonly unknown[], bindings: ExprBindings) => unknown;
  /** What is wrong with the arguments as written: the value of each that is a literal, undefined for any other. */
  readonly checkLiterals?: (values: readonly unknown[]) => readonly ArgumentProblem[];
  /** Steps that a call adds to the cost estimate. */
  readonly steps?: number;
}

/** What is wrong with one argument, by its position. */
export interface ArgumentProblem {
  readonly position: number;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** What an expression may name. */
export interface ExprEnv {
  readonly variables: Readonly<Record<string, ExprType>>;
  readonly functions?: Readonly<Record<string, readonly ExprFunction[]>>;
  /** By variable: every text that it can be. A comparison with any other is refused when it is written. */
  readonly closed?: Readonly<Record<string, readonly string[]>>;
}

export interface Overload {
  readonly params: readonly Type[];
  readonly result: Type;
  readonly receiver: boolean;
  readonly custom: ExprFunction | undefined;
}

/** Parsed declarations. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Type>;
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly closed: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with the declarations themselves. */
  readonly faults: readonly string[];
}

const parts = "getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear".split(" ");
const clockParts = "getHours getMinutes getSeconds getMilliseconds".split(" ");
const numeric = "int,int>int|uint,uint>uint|double,double>double";

/** Name, then overloads as parameters and result; a leading dot marks receiver style. */
const signatures: Readonly<Record<string, string>> = {
  "_+_": `${numeric}|string,string>string|bytes,bytes>bytes|list(A),list(A)>list(A)|timestamp,duration>timestamp|duration,timestamp>timestamp|duration,duration>duration`,
  "_-_": `${numeric}|timestamp,timestamp>duration|timestamp,duration>timestamp|duration,duration>duration`,
  "_*_": numeric,
  "_/_": numeric,
  "_%_": "int,int>int|uint,uint>uint",
  "-_": "int>int|double>double",
  "!_": "bool>bool",
  "_[_]": "list(A),int>A|map(A,B),A>B",
  size: "string>int|bytes>int|list(A)>int|map(A,B)>int|.string>int|.bytes>int|.list(A)>int|.map(A,B)>int",
  contains: ".string,string>bool",
  startsWith: ".string,string>bool",
  endsWith: ".string,string>bool",
  matches: "string,string>bool|.string,string>bool",
  type: "A>type(A)",
  dyn: "A>dyn",
  int: "int>int|uint>int|double>int|string>int|timestamp>int",
  uint: "uint>uint|int>uint|double>uint|string>uint",
  double: "double>double|int>double|uint>double|string>double",
  bool: "bool>bool|string>bool",
  string:
    "string>string|int>string|uint>string|double>string|bool>string|bytes>string|timestamp>string|duration>string",
  bytes: "bytes>bytes|string>bytes",
  timestamp: "timestamp>timestamp|string>timestamp|int>timestamp",
  duration: "duration>duration|string>duration",
  contains_any: "string,list(string)>bool",
  glob: "string,string>bool",
  in_cidr: "string,string>bool",
  similarity: "string,string>double",
  ...Object.fromEntries(parts.map((part) => [part, ".timestamp>int|.timestamp,string>int"])),
  ...Object.fromEntries(clockParts.map((part) => [part, ".timestamp>int|.timestamp,string>int|.duration>int"])),
};

function parseOverload(text: string): Overload {
  const receiver = text.startsWith(".");
  const [params, result] = text.slice(receiver ? 1 : 0).split(">") as [string, string];
  // The only comma inside a type is that of map(A,B).
  const names = params.replace("map(A,B)", "map").split(",");
  return {
    params: names.map((name) => parseType(name === "map" ? "map(A,B)" : name) as Type),
    result: parseType(result) as Type,
    receiver,
    custom: undefined,
  };
}

let standard: ReadonlyMap<string, readonly Overload[]> | undefined;

function standardFunctions(): ReadonlyMap<string, readonly Overload[]> {
  standard ??= new Map(Object.entries(signatures).map(([name, text]) => [name, text.split("|").map(parseOverload)]));
  return standard;
}

const environments = new WeakMap<ExprEnv, Environment>();

/** The declarations of an environment, parsed once. */
export function readEnvironment(env: ExprEnv): Environment {
  let environment = environments.get(env);
  if (environment === undefined) environments.set(env, (environment = parseEnvironment(env)));
  return environment;
}

function parseEnvironment(env: ExprEnv): Environment {
  const faults: string[] = [];
  const variables = new Map<string, Type>();
  for (const [name, source] of Object.entries(env.variables)) {
    const type = parseType(source);
    if (type === undefined) faults.push(`variable \`${name}\` is declared with an unknown type`);
    else variables.set(name, type);
  }
  const functions = new Map(standardFunctions());
  for (const [name, overloads] of Object.entries(env.functions ?? {})) {
    const parsed: Overload[] = [];
    for (const custom of overloads) {
      const params = custom.params.map(parseType);
      const result = parseType(custom.result);
      if (result === undefined || params.includes(undefined))
        faults.push(`function \`${name}\` is declared with an unknown type`);
      else parsed.push({ params: params as Type[], result, receiver: custom.receiver === true, custom });
    }
    if (functions.has(name)) faults.push(`function \`${name}\` is built in`);
    functions.set(name, parsed);
  }
  return { variables, functions, closed: new Map(Object.entries(env.closed ?? {})), faults };
}

const texts =
  (test: (text: string, part: string) => boolean) =>
  (text: unknown, part: unknown): boolean | ErrorValue => {
    if (typeof text !== "string") return mismatch("string", text);
    return typeof part === "string" ? test(text, part) : mismatch("string", part);
  };

const getter =
  (name: string) =>
  (value: unknown, zone: unknown = "UTC"): unknown => {
    if (value instanceof CelDuration) return durationPart(value, name);
    if (!(value instanceof CelTimestamp)) return mismatch("timestamp", value);
    return typeof zone === "string" ? timestampPart(value, name, zone) : mismatch("string", zone);
  };

const typeOf = (value: unknown): unknown => {
  const name = typeName(value);
  return name === "unknown" ? fail("type_mismatch", "value has no type") : new CelType(name);
};

export type Implementation = (a: unknown, b: unknown) => unknown;

/** What a function does with values; errors among the arguments never get here. `matches` is compiled apart. */
export const implementations: Readonly<Record<string, Implementation>> = {
  "_+_": operators.add,
  "_-_": operators.subtract,
  "_*_": operators.multiply,
  "_/_": operators.divide,
  "_%_": operators.remainder,
  "-_": operators.negate,
  "_[_]": operators.indexInto,
  size: operators.sizeOf,
  contains: texts((text, part) => text.includes(part)),
  startsWith: texts((text, part) => text.startsWith(part)),
  endsWith: texts((text, part) => text.endsWith(part)),
  type: typeOf,
  dyn: (value) => value,
  int: convertToInt,
  uint: convertToUint,
  double: convertToDouble,
  bool: convertToBool,
  string: convertToString,
  bytes: convertToBytes,
  timestamp: convertToTimestamp,
  duration: convertToDuration,
  contains_any: containsAny,
  glob,
  in_cidr: inCidr,
  similarity,
  ...Object.fromEntries([...parts, ...clockParts].map((part) => [part, getter(part)])),
};

const textArgument = (check: (text: string) => unknown, position: number) => ({
  position,
  check: (value: unknown): unknown => (typeof value === "string" ? check(value) : undefined),
});

/** Arguments that are refused when written, if they are literals that can never work. */
export const literalChecks: Readonly<Record<string, { position: number; check: (value: unknown) => unknown }>> = {
  timestamp: textArgument(parseTimestamp, 0),
  duration: textArgument(parseDuration, 0),
  glob: textArgument(checkGlob, 0),
  in_cidr: textArgument(checkCidr, 1),
  ...Object.fromEntries([...parts, ...clockParts].map((part) => [part, textArgument(checkZone, 1)])),
};
