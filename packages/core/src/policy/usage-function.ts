import { type ErrorValue, fail } from "../expr/errors";
import type { ArgumentProblem, ExprEnv, ExprFunction, ExprProgram } from "../expr/index";
import { suggest } from "../expr/problem";
import { counterReadSteps } from "../gen/expr-limits";
import {
  closedVariables,
  expressionVariables,
  type UsageMetric,
  type UsageScope,
  type UsageWindow,
  usageMetricValues,
  usageScopeAliases,
  usageScopeValues,
  usageVariables,
  usageWindowValues,
} from "../gen/tables";
import { createPolicyCounter, type PolicyCounter } from "./counters";
import type { Evaluation } from "./operator";
import { listNames } from "./problems";

/** A counter that an expression reads, and the names of the bindings under which it looks for its value. */
export interface ExpressionCounter {
  /** `usage(cost, 1d, agent)`. */
  readonly name: string;
  readonly bindings: readonly string[];
  readonly counter: PolicyCounter;
}

interface UsageRead {
  readonly metric: UsageMetric;
  readonly window: UsageWindow;
  readonly scope: UsageScope;
}

const sets = [
  { what: "metric", values: usageMetricValues as readonly string[], aliases: {} },
  { what: "window", values: usageWindowValues as readonly string[], aliases: {} },
  { what: "scope", values: usageScopeValues as readonly string[], aliases: usageScopeAliases },
] as const;

/** Arguments name counters that the policy keeps from its first step on, so they must be known when it is written. */
function checkLiterals(values: readonly unknown[]): readonly ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  sets.slice(0, values.length).forEach((set, position) => {
    const problem = checkArgument(values[position], set);
    if (problem) problems.push({ position, ...problem });
  });
  const [, window, scope] = values;
  if (problems.length === 0 && window === "session" && scope !== undefined && scope !== "session")
    problems.push({ position: 2, message: "the window `session` is all of one session: its scope is `session`" });
  return problems;
}

function checkArgument(value: unknown, { what, values, aliases }: (typeof sets)[number]) {
  if (value === undefined) return { message: `the ${what} of \`usage\` must be a literal text, ${expected(values)}` };
  // What is no text is refused for its type.
  if (typeof value !== "string" || values.includes(value)) return undefined;
  const alias = Object.hasOwn(aliases, value) ? (aliases as Readonly<Record<string, string>>)[value] : undefined;
  const suggestion = alias ?? suggest(value, values);
  const message = `unknown ${what} \`${value.slice(0, 64)}\``;
  return suggestion === undefined ? { message: `${message}, ${expected(values)}` } : { message, suggestion };
}

const expected = (values: readonly string[]): string => `expected ${listNames(values)}`;

function readArguments([metric, window, scope]: readonly unknown[]): UsageRead {
  const own = window === "session" ? "session" : "agent";
  return { metric, window, scope: scope ?? own } as UsageRead;
}

/** Every name there is, so that an evaluation puts none together. */
const names = Object.fromEntries(
  usageMetricValues.map((metric) => [metric, namesWithin((window, scope) => `usage(${metric}, ${window}, ${scope})`)]),
) as Readonly<Record<UsageMetric, ReturnType<typeof namesWithin>>>;

function namesWithin(write: (window: UsageWindow, scope: UsageScope) => string) {
  const ofScopes = (window: UsageWindow) =>
    Object.fromEntries(usageScopeValues.map((scope) => [scope, write(window, scope)]));
  return Object.fromEntries(usageWindowValues.map((window) => [window, ofScopes(window)])) as Readonly<
    Record<UsageWindow, Readonly<Record<UsageScope, string>>>
  >;
}

const nameOf = ({ metric, window, scope }: UsageRead): string => names[metric][window][scope];

const createUsageFunction = (params: readonly string[]): ExprFunction => ({
  params,
  result: "double",
  call: (args, bindings) => bindings[nameOf(readArguments(args))],
  checkLiterals,
  steps: counterReadSteps,
});

const members = new Map<string, UsageRead>(
  Object.entries(usageVariables).map(([name, read]) => [`usage.${name}`, read]),
);

/** What policies of the type `expression` may name: the variables of the catalogue, and what was counted so far. */
export const expressionEnvironment: ExprEnv = {
  closed: closedVariables,
  variables: { ...expressionVariables, ...Object.fromEntries([...members.keys()].map((name) => [name, "double"])) },
  functions: {
    usage: [createUsageFunction(["string", "string"]), createUsageFunction(["string", "string", "string"])],
  },
};

/** The counters that a program names, each once, in the order of their names. */
export function listCounters({ calls, variables }: ExprProgram): readonly ExpressionCounter[] {
  const found = new Map<string, { readonly read: UsageRead; readonly bindings: Set<string> }>();
  const add = (read: UsageRead, binding: string): void => {
    const name = nameOf(read);
    const known = found.get(name) ?? { read, bindings: new Set() };
    known.bindings.add(binding);
    found.set(name, known);
  };
  for (const { args } of calls) {
    const read = readArguments(args);
    add(read, nameOf(read));
  }
  for (const variable of variables) {
    const read = members.get(variable);
    if (read) add(read, variable);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { read, bindings }]) => ({
      name,
      bindings: [...bindings],
      counter: createCounter(name, read),
    }));
}

/** A minute and an hour slide; a day and a month are those of the calendar in UTC (SPECIFICATION P-28). */
function createCounter(name: string, { metric, window, scope }: UsageRead): PolicyCounter {
  const kind = window === "1m" || window === "1h" ? "sliding" : "calendar";
  return createPolicyCounter({ name, metric, scope, window, kind }, {}, []) as PolicyCounter;
}

/**
 * Puts dollars, or things counted, among the bindings of an evaluation, under names that no variable has; why there is no
 * number is an error that logic may absorb.
 */
export function bindCounters(
  counters: readonly ExpressionCounter[],
  evaluation: Evaluation,
  values: Record<string, unknown>,
): void {
  for (const { name, bindings, counter } of counters) {
    const value = readCounter(name, counter, evaluation);
    for (const binding of bindings) values[binding] = value;
  }
}

function readCounter(name: string, counter: PolicyCounter, { subject, nowMs, usage }: Evaluation): number | ErrorValue {
  const [one] = counter.list(subject, nowMs) ?? [];
  if (!one) return fail("usage_unavailable", `the request names no ${counter.scope}`);
  let counted = Number.NaN;
  try {
    counted = usage?.read(one) ?? Number.NaN;
  } catch {
    // A store of the program's own.
  }
  // Counters hold whole numbers; a fraction or an infinity is no count.
  if (!(counted >= 0 && Number.isSafeInteger(counted)))
    return fail("usage_unavailable", `counter \`${name}\` could not be read`);
  return counter.metric === "cost" ? counted / 1_000_000 : counted;
}
