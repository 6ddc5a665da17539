import type { Phase, Verdict } from "../gen/tables";
import { limits } from "../gen/tables";

/** One step that a session has taken, summarised: names and digests, never texts or values. */
export interface SessionStep {
  readonly atMs: number;
  readonly phase: Phase;
  readonly agentId: string;
  /** The tool called, or whose result it was; empty otherwise. */
  readonly tool: string;
  /** The agent called; empty otherwise. */
  readonly target: string;
  readonly verdict: Verdict;
  /** Ids of policies that passed, and that were violated, at most `maxStepPolicies` each. */
  readonly passed: readonly string[];
  readonly violated: readonly string[];
  /** Labels that the step gave the session. */
  readonly labels: readonly string[];
  /** Of a call or its result: the digest of the arguments; empty when they are not known. */
  readonly argsDigest: string;
  /** Of a call: hashes of pairs of neighbouring words of its arguments, sorted. Empty in older calls. */
  readonly shingles: readonly number[];
  /** Of a result: its digest. */
  readonly resultDigest: string;
}

/** What a session has done so far: oldest step first, bounded by `maxSessionSteps`. */
export interface SessionState {
  readonly startedMs: number;
  readonly steps: readonly SessionStep[];
  /** All labels that the session was ever given, sorted. */
  readonly labels: readonly string[];
  /** Whether steps were dropped that no later step stands for. */
  readonly truncated: boolean;
}

export interface SessionReader {
  /** What a session has done; undefined for one that has not begun. Throws when it cannot be read. */
  session?(sessionId: string): SessionState | undefined;
}

/** A session that its keeper alone changes. */
export interface OpenSession extends SessionState {
  readonly steps: SessionStep[];
  labels: readonly string[];
  truncated: boolean;
}

/** A session of one step. */
export const beginSession = (step: SessionStep): OpenSession => ({
  startedMs: step.atMs,
  steps: [step],
  labels: [...step.labels].sort(),
  truncated: false,
});

/**
 * A session with one more step. Beyond `maxSessionSteps` the oldest step goes that a later one stands for (same phase,
 * names, verdict, policies, labels); where there is none, the oldest, and the session says so. Arguments are kept of the last
 * `maxComparedCalls` calls.
 */
export function appendStep(state: SessionState | undefined, step: SessionStep): SessionState {
  if (!state) return beginSession(step);
  const next = { ...state, steps: [...state.steps] };
  const known = historyOf.get(state.steps);
  if (known && historyOf.delete(state.steps)) historyOf.set(next.steps, known);
  extendSession(next, step);
  return next;
}

/** The same in place: for a store whose sessions nobody reads while one is extended, since no step is copied. */
export function extendSession(session: OpenSession, step: SessionStep): void {
  const { steps } = session;
  steps.push(step);
  if (step.shingles.length > 0) forgetArguments(steps);
  session.labels = addLabels(session.labels, step.labels);
  if (steps.length <= limits.maxSessionSteps) return;
  const known = historyOf.get(steps);
  const history = known ? say(known, step) : beginHistory(steps);
  // The oldest step that a later one says again, calls whose arguments are still compared aside.
  let before: Said = history;
  let index = 0;
  for (; before.next && (before.next.step || (steps[index] as SessionStep).shingles.length > 0); index++)
    before = before.next;
  if (!before.next) {
    session.truncated = true;
    before = history;
    index = 0;
    if (++history.count > limits.maxSessionSteps) historyOf.delete(steps);
  }
  // What is dropped may still be known by name: it must not hold all that came after it.
  const gone = before.next as Said;
  before.next = gone.next;
  gone.next = undefined;
  steps.splice(index, 1);
}

/** Labels only ever come from policies, so they are few; none is ever forgotten. */
export const addLabels = (known: readonly string[], added: readonly string[]): readonly string[] =>
  added.length === 0 || added.every((label) => known.includes(label))
    ? known
    : [...new Set([...known, ...added])].sort();

function forgetArguments(steps: SessionStep[]): void {
  let kept = 0;
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index] as SessionStep;
    if (step.shingles.length === 0 || ++kept <= limits.maxComparedCalls) continue;
    steps[index] = { ...step, shingles: [] };
    return;
  }
}

/** One step of a full session. */
interface Said {
  /** What no later step says again; undefined once one does. */
  step: SessionStep | undefined;
  next: Said | undefined;
}

/** In front of the steps of a full session. */
interface History extends Said {
  last: Said;
  /** What was last said, by the name of what is called; its place may have been dropped. */
  readonly names: Map<string, Said[]>;
  /** How many of those may have been: the history is made anew before they are too many. */
  count: number;
}

/** Histories of full sessions: each goes over from a list of steps to the one that follows it. */
const historyOf = new WeakMap<readonly SessionStep[], History>();

function beginHistory(steps: readonly SessionStep[]): History {
  const history = { names: new Map(), count: 0 } as History;
  history.last = history;
  historyOf.set(steps, history);
  return steps.reduce(say, history);
}

function say(history: History, step: SessionStep): History {
  const said: Said = { step, next: undefined };
  history.last = history.last.next = said;
  const name = step.tool || step.target;
  const alike = history.names.get(name);
  if (!alike) history.names.set(name, [said]);
  else {
    const known = alike.findIndex((one) => saysSame(one.step as SessionStep, step));
    if (known < 0) alike.push(said);
    else {
      (alike[known] as Said).step = undefined;
      alike[known] = said;
    }
  }
  return history;
}

const saysSame = (a: SessionStep, b: SessionStep): boolean =>
  a.phase === b.phase &&
  a.agentId === b.agentId &&
  a.tool === b.tool &&
  a.target === b.target &&
  a.verdict === b.verdict &&
  isSameList(a.passed, b.passed) &&
  isSameList(a.violated, b.violated) &&
  isSameList(a.labels, b.labels);

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, index) => name === b[index]));
