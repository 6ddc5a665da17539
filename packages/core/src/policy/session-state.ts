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
  const said = saidBy.get(state.steps);
  if (said) {
    saidBy.delete(state.steps);
    saidBy.set(next.steps, said);
  }
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
  const known = saidBy.get(steps);
  const said = known ? say(known, step) : steps.reduce<Saying[]>(say, []);
  const index = findRepeated(steps, said);
  if (index < 0) session.truncated = true;
  const [dropped] = said.splice(Math.max(0, index), 1);
  if (dropped) dropped.count--;
  steps.splice(Math.max(0, index), 1);
  if (!known) saidBy.set(steps, said);
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
    if (step.shingles.length === 0) continue;
    if (++kept <= limits.maxComparedCalls) continue;
    steps[index] = { ...step, shingles: [] };
    return;
  }
}

/** What steps of one session say, and how many of them say it. */
interface Saying {
  /** One of them. */
  readonly step: SessionStep;
  readonly text: string;
  count: number;
}

/** What the steps of full sessions say, one by one: it goes over from each list to the one that follows it. */
const saidBy = new WeakMap<readonly SessionStep[], Saying[]>();

function say(said: Saying[], step: SessionStep): Saying[] {
  const last = said[said.length - 1];
  const saying = last && saysSame(last.step, step) ? last : findSaying(said, step);
  saying.count++;
  said.push(saying);
  return said;
}

function findSaying(said: readonly Saying[], step: SessionStep): Saying {
  const text = summarise(step);
  return said.find((one) => one.text === text) ?? { step, text, count: 0 };
}

/** True at a glance: policies that all passed and labels that nobody gave are the same lists. */
const saysSame = (a: SessionStep, b: SessionStep): boolean =>
  a.phase === b.phase &&
  a.agentId === b.agentId &&
  a.tool === b.tool &&
  a.target === b.target &&
  a.verdict === b.verdict &&
  a.passed === b.passed &&
  a.violated === b.violated &&
  a.labels === b.labels;

/** The oldest step that a later one says again, calls whose arguments are still compared aside; -1 for none. */
function findRepeated(steps: readonly SessionStep[], said: readonly Saying[]): number {
  const passed = new Map<Saying, number>();
  for (let index = 0; index < steps.length; index++) {
    const saying = said[index] as Saying;
    if (saying.count < 2) continue;
    const before = passed.get(saying) ?? 0;
    if (before + 1 === saying.count) continue;
    if ((steps[index] as SessionStep).shingles.length === 0) return index;
    passed.set(saying, before + 1);
  }
  return -1;
}

const summarise = (step: SessionStep): string =>
  JSON.stringify([
    step.phase,
    step.agentId,
    step.tool,
    step.target,
    step.verdict,
    step.passed,
    step.violated,
    step.labels,
  ]);
