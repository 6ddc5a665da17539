import { stepsMax, textCharsPerStep, textWorkMax } from "../gen/expr-limits";
import { type ErrorValue, fail } from "./errors";
import { mismatch, textSize } from "./values";

const tooLong = fail("cost_exceeded", "text is too long for this function");

/** True when the text contains at least one of the strings. */
export function containsAny(text: unknown, needles: unknown): boolean | ErrorValue {
  if (typeof text !== "string") return mismatch("string", text);
  if (!Array.isArray(needles)) return mismatch("list(string)", needles);
  const over = (size: number): boolean => size * needles.length > textWorkMax;
  if (over(text.length) && over(textSize(text))) return tooLong;
  for (const needle of needles) {
    if (typeof needle !== "string") return mismatch("string", needle);
    if (text.includes(needle)) return true;
  }
  return false;
}

/**
 * Sørensen–Dice coefficient over the multisets of neighbouring code points: 2·|A∩B| / (|A|+|B|), from 0 to 1. Equal
 * texts give 1, and texts of which one is shorter than two code points otherwise 0. One division of whole numbers, so
 * the double is the same in every language.
 */
export function similarity(a: unknown, b: unknown): number | ErrorValue {
  if (typeof a !== "string") return mismatch("string", a);
  if (typeof b !== "string") return mismatch("string", b);
  if (a === b) return 1;
  const left = [...a];
  const right = [...b];
  if (left.length + right.length > stepsMax) return tooLong;
  if (left.length < 2 || right.length < 2) return 0;
  const counts = new Map<string, number>();
  for (let index = 1; index < left.length; index++) {
    const pair = (left[index - 1] as string) + left[index];
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let index = 1; index < right.length; index++) {
    const pair = (right[index - 1] as string) + right[index];
    const count = counts.get(pair) ?? 0;
    if (count > 0) {
      shared++;
      counts.set(pair, count - 1);
    }
  }
  return (2 * shared) / (left.length + right.length - 2);
}

/**
 * `*` stands for any run of characters (also none, also `/`), `?` for one code point, `\` takes the next character
 * as it is; the whole text must fit. `[` and `{` are refused, so that no pattern means less than its writer thought.
 */
export function glob(pattern: unknown, text: unknown): boolean | ErrorValue {
  if (typeof pattern !== "string") return mismatch("string", pattern);
  if (typeof text !== "string") return mismatch("string", text);
  const steps = readGlob(pattern);
  if (!Array.isArray(steps)) return steps;
  const chars = [...text];
  if (steps.length * chars.length > stepsMax * textCharsPerStep) return tooLong;
  let step = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < chars.length) {
    const wanted = steps[step];
    if (wanted === anyRun) {
      star = step++;
      resume = at;
    } else if (wanted !== undefined && (wanted === anyOne || wanted === chars[at])) {
      step++;
      at++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++resume;
    } else return false;
  }
  while (steps[step] === anyRun) step++;
  return step === steps.length;
}

const anyRun = "**";
const anyOne = "??";

/** A character, or one of the two marks above, per step. */
function readGlob(pattern: string): string[] | ErrorValue {
  const steps: string[] = [];
  const chars = [...pattern];
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] as string;
    if (char === "*") {
      if (steps[steps.length - 1] !== anyRun) steps.push(anyRun);
    } else if (char === "?") steps.push(anyOne);
    else if (char === "[" || char === "{")
      return fail("invalid_argument", `glob pattern uses \`${char}\`; write \`\\${char}\` for the character itself`);
    else if (char !== "\\") steps.push(char);
    else if (++index < chars.length) steps.push(chars[index] as string);
    else return fail("invalid_argument", "glob pattern ends with `\\`");
  }
  return steps;
}

/** An error for a pattern that `glob` refuses, else undefined. */
export function checkGlob(pattern: unknown): ErrorValue | undefined {
  const result = typeof pattern === "string" ? readGlob(pattern) : undefined;
  return Array.isArray(result) ? undefined : result;
}
