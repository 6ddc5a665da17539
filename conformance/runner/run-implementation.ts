import { randomUUID } from "node:crypto";
import { canonical } from "./canonical";
import type { Expectations } from "./expectations";
import { createFrame } from "./frame";
import { createGate } from "./gate";
import { judge } from "./judge";
import type { Answer, VectorCase } from "./vector";

/** The reason of a case to which no implementation was left to answer. */
export const notRun = "not run";

export type Outcome = "passed" | "failed" | "known" | "not run";

export interface CaseResult {
  readonly id: string;
  readonly outcome: Outcome;
  readonly why: readonly string[];
  readonly answer: Answer | undefined;
}

export interface RunResult {
  readonly name: string;
  readonly results: readonly CaseResult[];
  /** True when the implementation could not be held to anything: it does not start, or never stops crashing. */
  readonly broken: boolean;
}

export interface RunOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly cases: readonly VectorCase[];
  readonly expectations: Expectations;
  readonly limitMs: number;
  /** Time to the first answer: starting may take longer than answering. */
  readonly startLimitMs: number;
  readonly maxStarts: number;
}

/** Holds one implementation to all cases. Its first result is the greeting, its last the conduct of the process. */
export async function runImplementation(options: RunOptions): Promise<RunResult> {
  const { name, command, cwd, cases, expectations, limitMs, startLimitMs, maxStarts } = options;
  const breaches = new Map<string, number>();
  const onBreach = (message: string): void => void breaches.set(message, (breaches.get(message) ?? 0) + 1);
  const greeting = await greet({ command, cwd, limitMs: startLimitMs, onBreach });
  const results: CaseResult[] = [
    { id: "gate/hello", outcome: greeting.why.length === 0 ? "passed" : "failed", ...greeting },
  ];
  if (greeting.why.length > 0) {
    const rest = cases.map(({ id }) => ({ id, outcome: "failed" as const, why: [notRun], answer: undefined }));
    return { name, results: [...results, ...rest], broken: true };
  }

  const gate = createGate({ command, cwd, limitMs, onBreach });
  const answers = new Map<string, Answer>();
  for (const item of cases) {
    if (Object.hasOwn(expectations.impossible, item.id)) {
      results.push({ id: item.id, outcome: "not run", why: [], answer: undefined });
      continue;
    }
    const exhausted = gate.starts() > maxStarts;
    const frame = randomUUID();
    const reply = exhausted
      ? ({ kind: "none", why: notRun } as const)
      : await gate.ask(frame, createFrame(item, frame));
    const why =
      reply.kind === "none" ? [reply.why] : [...judge(item, reply.answer), ...agree(item, reply.answer, answers)];
    const answer = reply.kind === "answer" ? reply.answer : undefined;
    if (answer) answers.set(item.id, answer);
    results.push({ id: item.id, ...weigh(item.id, why, expectations), answer });
  }
  const farewell = await gate.close();
  if (farewell.timedOut) onBreach("did not exit when stdin closed");
  else if (farewell.status !== 0 && farewell.status !== null)
    onBreach(`exited with status ${farewell.status} at the end`);
  const conduct = [...breaches].map(([message, count]) => (count > 1 ? `${message} (${count} times)` : message));
  results.push({
    id: "gate/conduct",
    outcome: conduct.length === 0 ? "passed" : "failed",
    why: conduct,
    answer: undefined,
  });
  return { name, results, broken: gate.starts() > maxStarts };
}

async function greet(gateOptions: Parameters<typeof createGate>[0]) {
  const gate = createGate(gateOptions);
  const frame = randomUUID();
  const reply = await gate.ask(frame, JSON.stringify({ frame, op: "hello" }));
  await gate.close();
  if (reply.kind === "none") return { why: [reply.why], answer: undefined };
  const { ok, language, specDigest } = reply.answer;
  const good = ok === true && typeof language === "string" && /^[0-9a-f]{64}$/.test(String(specDigest));
  const why = good ? [] : ["the greeting lacks its language or the digest of the contract"];
  return { why, answer: { specDigest } };
}

/** Two ways to write one thing must give one decision (the plan's digest included). */
function agree({ sameAs }: VectorCase, answer: Answer, answers: ReadonlyMap<string, Answer>): string[] {
  const other = sameAs === undefined ? undefined : answers.get(sameAs);
  if (sameAs === undefined || (other && canonical(other) === canonical(answer))) return [];
  return [`differs from the answer to \`${sameAs}\``];
}

function weigh(
  id: string,
  why: readonly string[],
  { bug, missing }: Expectations,
): Pick<CaseResult, "outcome" | "why"> {
  if (!Object.hasOwn(bug, id) && !Object.hasOwn(missing, id))
    return { outcome: why.length === 0 ? "passed" : "failed", why };
  return why.length > 0
    ? { outcome: "known", why }
    : { outcome: "failed", why: ["passes, though expectations.json lists it: take it off the list"] };
}
