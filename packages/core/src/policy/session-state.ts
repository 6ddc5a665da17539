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

/**
 * A session with one more step. Beyond `maxSessionSteps` the oldest step goes that a later one stands for (same phase,
 * names, verdict, policies, labels); where there is none, the oldest, and the session says so. Arguments are kept of the last
 * `maxComparedCalls` calls.
 */
export function appendStep(state: SessionState | undefined, step: SessionStep): SessionState {
  if (!state) return { startedMs: step.atMs, steps: [step], labels: [...step.labels].sort(), truncated: false };
  const steps = [...state.steps, step];
  if (step.shingles.length > 0) forgetArguments(steps);
  let truncated = state.truncated;
  if (steps.length > limits.maxSessionSteps) {
    const index = findRepeated(steps);
    if (index < 0) truncated = true;
    steps.splice(Math.max(0, index), 1);
  }
  return { startedMs: state.startedMs, steps, labels: addLabels(state.labels, step.labels), truncated };
}

/** Labels only ever come from policies, so they are few; none is ever forgotten. */
export const addLabels = (known: readonly string[], added: readonly string[]): readonly string[] =>
  added.every((label) => known.includes(label)) ? known : [...new Set([...known, ...added])].sort();

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

/** The oldest step that a later one says again, calls whose arguments are still compared aside; -1 for none. */
function findRepeated(steps: readonly SessionStep[]): number {
  const later = new Set<string>();
  let found = -1;
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index] as SessionStep;
    const text = saidBy(step);
    if (later.has(text) && step.shingles.length === 0) found = index;
    later.add(text);
  }
  return found;
}

/** A full session is asked at each step what all of its steps say; steps never change. */
const said = new WeakMap<SessionStep, string>();

function saidBy(step: SessionStep): string {
  let text = said.get(step);
  if (text === undefined) {
    text = summarise(step);
    said.set(step, text);
  }
  return text;
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
