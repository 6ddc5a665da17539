import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createReceiptVerifier, type ReceiptProblem } from "@holdpoint/core";
import { colors, exitCodes, printJson, UsageProblem } from "./print";
import { isObject } from "./read-input";

export interface ReceiptsOptions {
  readonly json?: boolean;
}

/**
 * Checks the receipts of traces: JSON Lines with one trace (or one page of the API, or one ingest body) each, or the
 * segments of a spool. Status 0 when nothing is wrong, 1 when something is, 2 when it cannot be read or holds no decision.
 */
export async function verifyReceiptsCommand(path: string, { json }: ReceiptsOptions): Promise<number> {
  const verifier = createReceiptVerifier();
  for await (const line of readLines(path)) for (const trace of readTraces(line)) verifier.add(trace);
  const report = verifier.finish();
  const { problems, decisions, chains, openChains, traces } = report;
  if (decisions === 0 && problems.length === 0) throw new UsageProblem(`${path}: has no decisions to verify`);
  if (json) printJson({ file: path, ...report });
  else {
    for (const problem of problems) console.log(formatProblem(problem));
    const counted = `${count(decisions, "decision")} in ${count(traces, "trace")}, ${count(chains, "chain")}${openChains > 0 ? ` (${openChains} not closed)` : ""}`;
    console.log(
      colors.dim(`${counted}: ${problems.length === 0 ? "every receipt holds" : count(problems.length, "problem")}`),
    );
  }
  return problems.length > 0 ? exitCodes.findings : exitCodes.fine;
}

async function* readLines(path: string): AsyncGenerator<string> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  // The iterator of readline does not hear of a stream that fails to open.
  const failed = new Promise<never>((_, reject) => input.once("error", reject));
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), failed]);
      if (next.done) return;
      if (next.value.trim() !== "") yield next.value;
    }
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageProblem(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code ?? "unknown"})`}`);
  }
}

const segmentHeader = "holdpoint-spool 1";
const segmentLine = /^[0-9a-f]{8} (?=\{)/;

function readTraces(line: string): readonly unknown[] {
  if (line === segmentHeader) return [];
  let value: unknown;
  try {
    value = JSON.parse(line.replace(segmentLine, ""));
  } catch {
    return [undefined];
  }
  for (const name of ["traces", "data"]) if (isObject(value) && Array.isArray(value[name])) return value[name];
  return Array.isArray(value) ? value : [value];
}

function formatProblem({ kind, message, traceId, spanId, decisionId, chain, step }: ReceiptProblem): string {
  const span = spanId === traceId ? undefined : spanId;
  const named = { trace: traceId, span, decision: decisionId, chain, step };
  const place = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return `${colors.red(kind)} ${message}${place.length > 0 ? ` ${colors.dim(`(${place.join(", ")})`)}` : ""}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
