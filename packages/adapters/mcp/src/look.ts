import { applyTransforms, type Decision, type EnforceInput, type Holdpoint, identityOf } from "@holdpoint/sdk";
import { askWhereUndecided, isUndecided } from "./ask-where-undecided";
import { remember } from "./memory";
import { isObject, type JsonObject } from "./messages";
import { callOf, type HoldpointMcpOptions } from "./options";
import { isName, isSentence, saysText } from "./says-text";
import { withoutBytes } from "./without-bytes";

/**
 * Looks at what is no step of the agent: how a client connects, notes beside a call, what either end tells the other without
 * being asked. Nothing of it is recorded if it passes. Each gives what may go on, at once when nobody has to be asked; what stops
 * it is thrown, or rejects.
 */
export interface Look {
  /**
   * By policies that read texts; those about names of tools have no say. A paused agent connects, too: no policy reads a text of
   * it, so that nothing but names go out.
   */
  outgoing<P extends JsonObject>(source: string, params: P, signal: AbortSignal): P | Promise<P>;
  /** By all policies; a paused agent is told nothing. */
  incoming(source: string, params: JsonObject, signal: AbortSignal): JsonObject | Promise<JsonObject>;
  /** The same where nobody can read a text: empty where one says more than a name. */
  onlyNames(params: JsonObject): JsonObject;
  /** The server has named these pages and tasks: they are asked for as they are named. */
  learn(result: JsonObject): void;
}

/** Types of policies that read what a text says. */
const readingTypes: ReadonlySet<string> = new Set(["injection_scan", "keyword_filter", "pii_access", "secret_leak"]);

/** Of the protocol, or of tracing: no words. */
const quietTexts: Readonly<Record<string, RegExp>> = {
  protocolVersion: /^\d{4}-\d\d-\d\d$/,
  version: /^[\w.+-]{1,32}$/,
  progressToken: /^[\w.:-]{1,64}$/,
  traceparent: /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/,
};

export function createLook(hp: Holdpoint, options: HoldpointMcpOptions): Look {
  const identity = identityOf(options);
  const named = new Map<string, true>();

  const isQuiet = (name: string, text: string): boolean =>
    quietTexts[name]?.test(text) === true || (/^(?:cursor|taskId)$/.test(name) && named.has(text));

  /** The same members, at the same places; empty where they say nothing. */
  const withoutQuiet = (value: unknown, name = ""): unknown => {
    if (typeof value === "string") return isQuiet(name, value) ? "" : value;
    if (Array.isArray(value)) return value.map((one) => withoutQuiet(one, name));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([other, member]) => [other, withoutQuiet(member, other)]));
  };

  /** The same where nobody can read a text: empty where one says more than a name. */
  const onlyNames = (value: unknown, name = ""): unknown => {
    if (typeof value === "string") return isQuiet(name, value) || isName(value) ? value : "";
    if (Array.isArray(value)) return value.map((one) => onlyNames(one, name));
    if (!isObject(value)) return value;
    const members = Object.entries(value).filter(([other]) => !isSentence(other));
    return Object.fromEntries(members.map(([other, member]) => [other, onlyNames(member, other)]));
  };

  return {
    onlyNames: (params) => onlyNames(params) as JsonObject,
    outgoing(source, params, signal) {
      const args = withoutQuiet(params) as JsonObject;
      if (!hasWords(args)) return params;
      const request: EnforceInput = { ...identity, phase: "tool_call", tool: { name: source, args } };
      const decision = hp.evaluate(request);
      if (decision.verdict === "paused") return onlyNames(params) as typeof params;
      const stops = decision.violations.filter(
        ({ enforcementMode, policyType }) =>
          /^(?:block|require_approval)$/.test(enforcementMode) && readingTypes.has(policyType),
      );
      const pass = () => applyTransforms(decision, "/tool/args", params);
      if (stops.length === 0 && decision.problems.length === 0) return pass();
      const enforce = () =>
        hp
          .enforcePolicy(request, callOf(options, signal))
          .then((approved) => applyTransforms(approved, "/tool/args", params));
      if (decision.problems.length > 0 || !stops.every(isUndecided)) return enforce();
      // No classifier is asked about what a list of tools stops, as it does whatever is no tool: it is asked about a result.
      return hp
        .examine({ ...identity, phase: "tool_result", toolOutputs: [{ name: source, output: args }] })
        .then((asked) => {
          const passed = new Set(
            asked.outcomes.filter(({ status }) => status === "passed").map(({ policyId }) => policyId),
          );
          return stops.every(({ policyId }) => passed.has(policyId)) ? pass() : enforce();
        });
    },
    incoming(source, params, signal) {
      if (!saysText(params)) return params;
      const output = withoutBytes(params);
      const masked = (decision: Decision) => applyTransforms(decision, "/toolOutputs/0/output", params);
      const passOn = (looked: Decision) =>
        looked.allowed
          ? masked(looked)
          : hp.enforceToolResult({ ...identity, tool: source, result: output }, callOf(options, signal)).then(masked);
      const step: EnforceInput = { ...identity, phase: "tool_result", toolOutputs: [{ name: source, output }] };
      const looked = askWhereUndecided(hp, step);
      return looked instanceof Promise ? looked.then(passOn) : passOn(looked);
    },
    learn(result) {
      const { task, tasks } = result;
      const told = [result, task, ...(Array.isArray(tasks) ? tasks : [])].filter(isObject);
      for (const id of told.flatMap(({ nextCursor, taskId }) => [nextCursor, taskId]))
        if (typeof id === "string") remember(named, id, true);
    },
  };
}

/** True for anything with a text in it, or a name that is one. */
function hasWords(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (Array.isArray(value)) return value.some(hasWords);
  return isObject(value) && Object.entries(value).some(([name, member]) => isSentence(name) || hasWords(member));
}
