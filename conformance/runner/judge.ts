import { findDifferences } from "./compare";
import type { Answer, VectorCase } from "./vector";

/** What is wrong with an answer; empty when the case passes. */
export function judge({ op = "decide", expect }: VectorCase, answer: Answer): string[] {
  if (typeof answer["error"] === "string") return [`the implementation reports: ${answer["error"]}`];
  if ("refused" in expect) {
    if (answer["ok"] !== false) return ["expected the policies to be refused, they were accepted"];
    return findDifferences(expect["refused"], answer["problems"], "problems");
  }
  if (answer["ok"] !== true) return [`the policies were refused: ${JSON.stringify(answer["problems"])?.slice(0, 300)}`];
  if (op !== "decide") return findDifferences(expect, answer);
  return [...checkShape(answer["decision"]), ...findDifferences(expect, answer["decision"])];
}

const members = [
  "agentId",
  "alerts",
  "allowed",
  "outcomes",
  "phase",
  "planDigest",
  "problems",
  "transforms",
  "verdict",
  "violations",
];

/** Members that only some decisions have. */
const optional: ReadonlySet<string> = new Set(["pause", "requestedPause", "tierOverrides", "explanation"]);

/** Every decision has all members of the contract and no others. */
function checkShape(decision: unknown): string[] {
  if (typeof decision !== "object" || decision === null) return ["there is no decision in the answer"];
  const names = Object.keys(decision).filter((name) => !optional.has(name));
  const missing = members.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !members.includes(name));
  const digest = (decision as Record<string, unknown>)["planDigest"];
  return [
    ...(missing.length > 0 ? [`the decision lacks ${missing.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`the decision has ${unknown.join(", ")}, which the contract does not know`] : []),
    ...(typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest) ? [] : ["planDigest is not 64 hex digits"]),
  ];
}
