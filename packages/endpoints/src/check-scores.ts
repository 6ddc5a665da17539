import { limits } from "@holdpoint/core";
import { type LabelledScores, NoScoreError } from "./classifier";

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A number from 0 to 1, or an object of them, as scores by label (clause K-6). Throws NoScoreError. */
export function checkScores(said: unknown): LabelledScores {
  if (typeof said === "number") return { "": checkScore(said) };
  if (!isRecord(said)) throw new NoScoreError("gave something else than scores");
  const entries = Object.entries(said);
  if (entries.length === 0 || entries.length > limits.maxScores)
    throw new NoScoreError(`gave ${entries.length} scores, expected 1 to ${limits.maxScores}`);
  // Null-prototyped, so that no label can be a member of all objects.
  return Object.assign(
    Object.create(null),
    Object.fromEntries(entries.map(([label, score]) => [label, checkScore(score)])),
  );
}

export function checkScore(score: unknown): number {
  if (typeof score === "number" && score >= 0 && score <= 1) return score;
  throw new NoScoreError("gave a score that is no number from 0 to 1");
}
