import { type Decision, type Evidence, limits } from "@holdpoint/core";
import { secretKinds } from "../gen/constants";

/** Writes the texts of a decision without the credentials that were found in them. */
export interface SecretMask {
  /** False where more was found than evidence names: then no text of the decision is known to be free of them. */
  readonly isWhole: boolean;
  has(path: string): boolean;
  /** `shown`, which policies may have changed, without what was found in `original`. */
  write(path: string, original: string, shown: string): string;
}

const finders: ReadonlySet<string> = new Set(["secret_leak", "tool_output_scan"]);
const kinds: ReadonlySet<string> = new Set(secretKinds);

/** Runs of this many characters are looked for when it is asked whether a mask left a part of a credential. */
const restChars = 4;

/**
 * How texts of a decision are recorded in which a policy found credentials (SPECIFICATION S-14); undefined when none was
 * found. Evidence has places in the original text: what stands there is replaced wherever the shown text has it, since
 * the masks of other policies may have moved it.
 */
export function createSecretMask({ violations }: Decision): SecretMask | undefined {
  const found = violations.filter(({ policyType }) => finders.has(policyType));
  const byPath = new Map<string, Evidence[]>();
  for (const one of found.flatMap(({ evidence }) => evidence)) {
    if (!kinds.has(one.category)) continue;
    const list = byPath.get(one.path);
    if (list) list.push(one);
    else byPath.set(one.path, [one]);
  }
  const isWhole = found.every(({ evidence }) => evidence.length < limits.maxEvidence);
  if (byPath.size === 0 && isWhole) return undefined;
  return {
    isWhole,
    has: (path) => byPath.has(path),
    write(path, original, shown) {
      const places = byPath.get(path);
      return places ? writeWithout(places, original, shown) : shown;
    },
  };
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly written: string;
}

/** In order. Places of several policies may reach into each other: these are one. */
function joinPlaces(evidence: readonly Evidence[]): Place[] {
  const joined: Place[] = [];
  const sorted = [...evidence].sort((a, b) => a.start - b.start || b.end - a.end);
  for (const one of sorted) {
    const last = joined.at(-1);
    if (last && one.start < last.end) joined[joined.length - 1] = { ...last, end: Math.max(last.end, one.end) };
    else joined.push(toPlace(one));
  }
  return joined;
}

function toPlace({ start, end, category }: Evidence): Place {
  return { start, end, written: `[${category.toUpperCase()}]` };
}

function writeWithout(evidence: readonly Evidence[], original: string, shown: string): string {
  const points = [...original];
  const places = joinPlaces(evidence);
  const found = new Map<string, string>();
  for (const { start, end, written } of [...places, ...evidence.map(toPlace)]) {
    const value = points.slice(start, end).join("");
    if (value !== "" && !found.has(value)) found.set(value, written);
  }
  // The longest first: one may be part of another.
  const values = [...found].sort(([a], [b]) => b.length - a.length);
  let text = shown;
  for (const [value, written] of values) text = text.replaceAll(value, () => written);
  const masked = values.filter(([value]) => shown.split(value).length < original.split(value).length);
  const hidden = masked.map(([value]) => value);
  const outside = [0, ...places.map(({ end }) => end)].map((end, at) => points.slice(end, places[at]?.start).join(""));
  const marks = [...found.values()];
  const left = marks.reduce((rest, mark) => rest.replaceAll(mark, "\0"), text);
  return hasRest(hidden, outside, left) ? (masked[0]?.[1] ?? "") : text;
}

/** Whether a mask that lies over a part of a credential left some of it. What stands outside of all as well is none. */
function hasRest(hidden: readonly string[], outside: readonly string[], left: string): boolean {
  const runs = new Set<string>();
  for (const value of hidden) for (const run of runsOf(value)) runs.add(run);
  if (runs.size === 0) return false;
  for (const text of outside) for (const run of runsOf(text)) runs.delete(run);
  for (const run of runsOf(left)) if (runs.has(run)) return true;
  return false;
}

function* runsOf(text: string): Iterable<string> {
  for (let at = 0; at + restChars <= text.length; at++) yield text.slice(at, at + restChars);
}
