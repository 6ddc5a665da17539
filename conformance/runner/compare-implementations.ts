import { canonical } from "./canonical";
import type { CaseResult, RunResult } from "./run-implementation";

/** Cases to which two implementations gave different answers, byte for byte in canonical JSON. */
export function compareImplementations(a: RunResult, b: RunResult): readonly CaseResult[] {
  const others = new Map(b.results.map((result) => [result.id, result]));
  return a.results.flatMap((result) => {
    const other = others.get(result.id);
    if (result.id === "gate/conduct" || !other || result.outcome === "not run" || other.outcome === "not run")
      return [];
    const [left, right] = [write(result), write(other)];
    const same = left !== undefined && left === right;
    const why = same ? [] : [`${a.name}: ${left ?? "no answer"}`, `${b.name}: ${right ?? "no answer"}`];
    return [{ id: result.id, outcome: same ? ("passed" as const) : ("failed" as const), why, answer: undefined }];
  });
}

/** Why a pattern engine refuses a pattern is said in its own words (B-11); that it does, and where, is compared. */
const write = ({ answer }: CaseResult): string | undefined =>
  answer && canonical(answer).replace(/(pattern refused at position \d+): (?:[^"\\]|\\.)*/g, "$1");
