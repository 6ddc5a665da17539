import type { Span } from "../match/index";

/** So many underscores within a match are no accident; a single one is none in a name of more words. */
const enough = 2;
const longName = 4;
const reach = 64;

/**
 * Whether a match in the view `underscores` has words that underscores join, and not names of code beside each other
 * (SPECIFICATION T-41): `assume_role` and `NO_POLICY_SCOPE` order nothing.
 */
export function joinsWords(text: string, { start, end }: Span): boolean {
  const joints = countJoints(text.slice(start, end));
  if (joints !== 1) return joints >= enough;
  const head = /[A-Za-z0-9_]*$/.exec(text.slice(Math.max(0, start - reach), start))?.[0] ?? "";
  const tail = /^[A-Za-z0-9_]*/.exec(text.slice(end, end + reach))?.[0] ?? "";
  return joints + countJoints(head) + countJoints(tail) >= longName;
}

const countJoints = (text: string): number => text.split("_").length - 1;
