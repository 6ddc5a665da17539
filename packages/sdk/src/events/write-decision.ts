import type { Decision } from "@holdpoint/core";

interface Written {
  readonly decision: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** By the list of outcomes: where every policy passed, all decisions of an agent in a phase have the same, frozen. */
const known = new WeakMap<object, Written>();

/** A decision as JSON. Most decisions of an agent say one and the same, and are written once. */
export function writeDecision(decision: Decision): string {
  const members = decision as unknown as Readonly<Record<string, unknown>>;
  const written = known.get(decision.outcomes);
  if (written && saysSame(written.decision, members)) return written.text;
  const text = JSON.stringify(decision);
  // What can change after this, it may say otherwise the next time.
  if (Object.values(members).every(isSettled)) known.set(decision.outcomes, { decision: { ...members }, text });
  return text;
}

const isSettled = (member: unknown): boolean => typeof member !== "object" || Object.isFrozen(member);

function saysSame(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(other);
  return names.length === Object.keys(one).length && names.every((name) => one[name] === other[name]);
}
