import type { StateTable } from "../gen/policy-types";
import type { UsageMetric, UsageScope, UsageWindow } from "../gen/tables";
import type { Part } from "./request";
import type { SessionReader } from "./session-state";
import { calendarWindow, slidingWindow, type Window } from "./windows";

/** One thing that is counted, in one window. `key` names it uniquely. */
export interface Counter {
  readonly key: string;
  readonly metric: UsageMetric;
  readonly scope: UsageScope;
  readonly scopeId: string;
  readonly window: UsageWindow;
  /**
   * `calendar` when absent: all that was added under this key. `sliding`: all that was added from `start` on, under any
   * start. `bucket`: all that was added under any start and has not leaked out since, rounded up.
   */
  readonly kind?: "sliding" | "bucket";
  /** Of a bucket: how much leaks out, evenly, in one window. */
  readonly leak?: number;
  /** Start of the window, of a bucket the time of the request: RFC 3339. */
  readonly start: string;
}

/**
 * What has been counted so far, and what sessions have done. Cost is in whole micro-dollars; NaN says that a counter
 * cannot be read.
 */
export interface UsageReader extends SessionReader {
  read(counter: Counter): number;
}

/** Whose step it is: the ids by which counters are kept, empty where a request names none. */
export interface Subject {
  readonly agentId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly workspaceId: string;
}

/** One counter of one policy, ready to be named for a request. */
export interface PolicyCounter {
  readonly name: string;
  readonly metric: UsageMetric;
  /** The counters that it reads; undefined when the request does not name whose they are. */
  list(subject: Subject, nowMs: number): readonly Counter[] | undefined;
  /** Whose they are, for messages. */
  readonly scope: UsageScope;
  /** The part of a window that is over, from 0 to 1; undefined where no condition asks. */
  readonly share: ((nowMs: number) => number) | undefined;
  /** When the window ends, infinite for a session. */
  endMs(nowMs: number): number;
  /** Whether the budget must hold across processes. */
  readonly strict: boolean;
  /** The most that one window may count, in micro-dollars; undefined where the rule sets none. */
  readonly capMicros: number | undefined;
  /** False when the rule is for another scope id than the request's: the policy does not concern it then. */
  concerns(subject: Subject): boolean;
}

type Rule = Readonly<Record<string, unknown>>;

/**
 * Readies one counter of a policy; undefined when the rule does not set the field that it is for. Scope `policy_agents`
 * is every agent that the policy names together, or the whole organisation when it names none.
 */
export function createPolicyCounter(
  state: StateTable,
  rule: Rule,
  appliesToAgents: readonly string[],
): PolicyCounter | undefined {
  if (state.only !== undefined && resolve(state.only, rule) === undefined) return undefined;
  const window = resolve(state.window, rule) as UsageWindow;
  // A session's counter is the session's, whatever the scope: it has no other window.
  const named = window === "session" ? "session" : (resolve(state.scope, rule) as string);
  const scope = (named === "policy_agents" ? "organization" : named) as UsageScope;
  const windowAt = createWindow(state, rule, window);
  const form: Form = {
    metric: state.metric as UsageMetric,
    window,
    // What is counted for ever neither slides nor, within a session, leaks.
    kind: window === "session" || state.kind === "calendar" ? undefined : state.kind,
    leak: state.leak === undefined ? undefined : (resolve(state.leak, rule) as number),
  };
  const create = rememberNames(form, windowAt);
  const agents = named === "policy_agents" ? [...new Set(appliesToAgents)] : [];
  const wanted = state.scopeId === undefined ? undefined : (resolve(state.scopeId, rule) as string | undefined);
  const list: PolicyCounter["list"] =
    agents.length > 0
      ? (_, nowMs) => agents.map((id) => createCounter(form, "agent", id, startAt(form, windowAt, nowMs)))
      : (subject, nowMs) => {
          const id = idIn(scope, subject);
          return id === "" ? undefined : create(scope, id, nowMs);
        };
  return {
    name: state.name,
    metric: form.metric,
    list,
    scope,
    share: state.share ? (nowMs) => shareOf(windowAt(nowMs), nowMs) : undefined,
    endMs: (nowMs) => windowAt(nowMs).endMs,
    strict: state.strict !== undefined && resolve(state.strict, rule) === true,
    capMicros: state.cap === undefined ? undefined : (resolve(state.cap, rule) as number | undefined),
    concerns: createConcern(resolve(state.scope, rule) as UsageScope, wanted),
  };
}

const partOfScope: Readonly<Partial<Record<UsageScope, Part>>> = {
  user: "user",
  session: "session",
  workspace: "workspaceId",
};

/** Parts of a request that say whose counters they are. */
export const partsOfCounters = (counters: readonly PolicyCounter[]): readonly Part[] =>
  counters.flatMap(({ scope }) => partOfScope[scope] ?? []);

/** There is one organisation only, so it needs no name. */
function createConcern(scope: UsageScope, wanted: string | undefined): PolicyCounter["concerns"] {
  if (wanted === undefined || scope === "organization") return () => true;
  return (subject) => idIn(scope, subject) === wanted;
}

/** The id of a scope; the organisation needs none. */
function idIn(scope: UsageScope, subject: Subject): string {
  switch (scope) {
    case "agent":
      return subject.agentId;
    case "user":
      return subject.userId;
    case "session":
      return subject.sessionId;
    case "workspace":
      return subject.workspaceId;
    default:
      return "*";
  }
}

interface Form {
  readonly metric: UsageMetric;
  readonly window: UsageWindow;
  readonly kind: Counter["kind"];
  readonly leak: number | undefined;
}

const resolve = (value: string, rule: Rule): unknown => (value.startsWith("rule.") ? rule[value.slice(5)] : value);

/** A bucket has no window: what it holds depends on the instant alone. */
const startAt = (form: Form, windowAt: (nowMs: number) => Window, nowMs: number): string =>
  new Date(form.kind === "bucket" ? Math.floor(nowMs) : windowAt(nowMs).startMs).toISOString();

function createCounter(form: Form, scope: UsageScope, scopeId: string, start: string): Counter {
  const { metric, window, kind, leak } = form;
  const id = scopeId.includes("|") || scopeId.includes("%") ? escapeId(scopeId) : scopeId;
  const mark = kind === undefined ? "" : kind === "bucket" ? `bucket:${leak}|` : "sliding|";
  const key = `${metric}|${scope}|${id}|${window}|${mark}${start}`;
  const base = { key, metric, scope, scopeId, window, start };
  if (kind === undefined) return base;
  return leak === undefined ? { ...base, kind } : { ...base, kind, leak };
}

/** Keys are told apart whatever ids hold. */
const escapeId = (id: string): string => id.replaceAll("%", "%25").replaceAll("|", "%7C");

/** Counters whose names are kept for one window of one policy. */
const mostNamed = 1024;

/** Naming a counter costs more than reading it: those of the window that now is are kept, of a bucket the last one. */
function rememberNames(form: Form, windowAt: (nowMs: number) => Window) {
  const named = new Map<string, readonly Counter[]>();
  let lastStartMs = Number.NaN;
  let lastStart = "";
  // Of a calendar's window, the last one named and until when it stays so: decisions about one agent follow one another.
  let lastId = "";
  let lastNamed: readonly Counter[] = [];
  let untilMs = Number.NEGATIVE_INFINITY;
  return (scope: UsageScope, scopeId: string, nowMs: number): readonly Counter[] => {
    if (nowMs >= lastStartMs && nowMs < untilMs && scopeId === lastId) return lastNamed;
    const startMs = form.kind === "bucket" ? nowMs : windowAt(nowMs).startMs;
    if (startMs !== lastStartMs) {
      named.clear();
      lastStart = startAt(form, windowAt, nowMs);
      lastStartMs = startMs;
    }
    let known = named.get(scopeId);
    if (!known) {
      known = [createCounter(form, scope, scopeId, lastStart)];
      if (named.size >= mostNamed) named.clear();
      named.set(scopeId, known);
    }
    if (form.kind === undefined) {
      lastId = scopeId;
      lastNamed = known;
      untilMs = windowAt(nowMs).endMs;
    }
    return known;
  };
}

/** Remembers the last window: finding one costs more than a decision. */
function createWindow(state: StateTable, rule: Rule, window: UsageWindow): (nowMs: number) => Window {
  const resetDay = state.resetDay ? (rule[state.resetDay] as number) : 1;
  const timezone = state.timezone ? (rule[state.timezone] as string) : "UTC";
  if (state.kind === "sliding") return (nowMs) => slidingWindow(window, nowMs);
  let last: Window = { startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY };
  return (nowMs) => {
    if (nowMs < last.startMs || nowMs >= last.endMs) last = calendarWindow(window, nowMs, resetDay, timezone);
    return last;
  };
}

function shareOf({ startMs, endMs }: Window, nowMs: number): number {
  return endMs === Number.POSITIVE_INFINITY ? 0 : (nowMs - startMs) / (endMs - startMs);
}
