import { canonicalJson } from "../decide/canonical-json";
import { sha256Hex } from "../decide/digest";
import { writeReceipt } from "../decide/receipt";
import type { DecisionRecord, Receipt, Trace } from "../gen/messages";
import { createStepBook } from "./governed-steps";
import { parseInstant } from "./pauses";
import { isObject } from "./problems";
import { isReceipt, isRecord, isTrace, type ReceiptProblem } from "./receipt-documents";

export type { ReceiptProblem, ReceiptProblemKind } from "./receipt-documents";

export interface ReceiptReport {
  readonly traces: number;
  readonly decisions: number;
  readonly chains: number;
  /** Chains whose end nobody has published (SPECIFICATION R-9): what they lack at their end cannot be seen. */
  readonly openChains: number;
  readonly problems: readonly ReceiptProblem[];
}

/** Takes traces, in any order, and says at the end what is wrong. */
export interface ReceiptVerifier {
  add(trace: unknown): void;
  finish(): ReceiptReport;
}

/** Threads may take their numbers and their times in different orders. */
const clockSlackMs = 1000;

interface Link {
  readonly traceId: string;
  readonly record: DecisionRecord;
  readonly receipt: Receipt;
  /** Of a decision that stands alone, which is of its trace's session; empty without one. */
  readonly session: string | undefined;
}

/** What is wrong with the receipts of these traces; never throws. Memory grows with the decisions, not with their texts. */
export function verifyReceipts(traces: Iterable<unknown>): ReceiptReport {
  const verifier = createReceiptVerifier();
  for (const trace of traces) verifier.add(trace);
  return verifier.finish();
}

/** `verifyReceipts` for traces that come one by one: `add` each, then `finish`. Never throws. */
export function createReceiptVerifier(): ReceiptVerifier {
  const chains = new Map<string, Link[]>();
  const ends = new Map<string, Map<string, ChainEnd>>();
  const steps = createStepBook();
  const seen = new Set<string>();
  const problems: ReceiptProblem[] = [];
  let traces = 0;
  let decisions = 0;

  const addDecision = ({ traceId, spanType, sessionId }: Trace, record: unknown): void => {
    decisions++;
    if (!isRecord(record)) {
      problems.push({ kind: "unreadable", traceId, message: "a decision cannot be read" });
      return;
    }
    const { decisionId, receipt } = record;
    const at = { traceId, decisionId };
    if (!isReceipt(receipt)) {
      problems.push({ kind: "no_receipt", ...at, message: "the decision has no receipt" });
      return;
    }
    const { chain, step } = receipt;
    if (sha256Hex(writeReceipt(record, receipt)) !== receipt.hash)
      problems.push({ kind: "altered", ...at, chain, step, message: "the receipt is not that of this decision" });
    const links = chains.get(chain) ?? [];
    chains.set(chain, links);
    // What is compared later; not the texts.
    const session = spanType === "enforcement" ? (sessionId ?? "") : undefined;
    links.push({ traceId, receipt, session, record: { decisionId, decidedAt: record.decidedAt } as DecisionRecord });
  };

  return {
    add(trace) {
      traces++;
      if (!isTrace(trace)) {
        problems.push({ kind: "unreadable", message: `trace ${traces} cannot be read` });
        return;
      }
      const key = sha256Hex(canonicalJson(trace));
      if (seen.has(key)) return;
      seen.add(key);
      const { decisions: list = [] } = trace;
      for (const record of list) addDecision(trace, record);
      for (const end of readEnds(trace)) {
        const published = ends.get(end.chain) ?? new Map<string, ChainEnd>();
        ends.set(end.chain, published.set(`${end.steps} ${end.hash}`, end));
      }
      checkOrder(trace, problems);
      steps.add(trace);
    },
    finish() {
      for (const links of chains.values()) checkChain(links, problems);
      for (const published of ends.values())
        for (const end of published.values()) checkEnd(end, chains.get(end.chain) ?? [], problems);
      const openChains = [...chains.keys()].filter((chain) => !ends.has(chain)).length;
      const all = [...problems, ...steps.finish()].sort(compareProblems);
      return { traces, decisions, chains: chains.size, openChains, problems: all };
    },
  };
}

/** Steps are numbered as they are decided; each is made after another one of its chain, or first. */
function checkChain(links: readonly Link[], problems: ReceiptProblem[]): void {
  const ordered = [...links].sort((a, b) => a.receipt.step - b.receipt.step);
  const hashes = new Set(links.map(({ receipt }) => receipt.hash));
  const followed = new Set<string>();
  const alone = ordered.find(({ session }) => session !== undefined);
  let expected = 1;
  let last: Link | undefined;
  for (const link of ordered) {
    const { chain, step, previous = "" } = link.receipt;
    const at = { traceId: link.traceId, decisionId: link.record.decisionId, chain, step };
    if (last?.receipt.step === step) problems.push({ kind: "repeated", ...at, message: `step ${step} is there twice` });
    else if (step > expected) {
      const which = step - expected === 1 ? `step ${expected} is` : `steps ${expected} to ${step - 1} are`;
      problems.push({ kind: "lost", chain, step: expected, message: `${which} not there` });
    }
    if (previous !== "" && !hashes.has(previous))
      problems.push({ kind: "broken", ...at, message: "the receipt that it follows is not there" });
    if (followed.has(previous))
      problems.push({ kind: "broken", ...at, message: "another receipt follows the same one" });
    followed.add(previous);
    if (last && parseInstant(last.record.decidedAt) - parseInstant(link.record.decidedAt) > clockSlackMs)
      problems.push({ kind: "reordered", ...at, message: `decided before step ${last.receipt.step}` });
    if (alone && link.session !== undefined && link.session !== alone.session)
      problems.push({ kind: "broken", ...at, message: `of another session than step ${alone.receipt.step}` });
    expected = step + 1;
    last = link;
  }
}

/** Where a chain ends, as its client has published it (SPECIFICATION R-9). */
interface ChainEnd {
  readonly chain: string;
  readonly steps: number;
  readonly hash: string;
}

function readEnds(trace: Trace): readonly ChainEnd[] {
  if (trace.agentId !== "holdpoint" || trace.spanType !== "receipts" || !isObject(trace.metadata)) return [];
  const { chains } = trace.metadata as Readonly<Record<string, unknown>>;
  return Array.isArray(chains) ? chains.filter(isEnd) : [];
}

const isEnd = (value: unknown): value is ChainEnd =>
  isObject(value) &&
  typeof value["chain"] === "string" &&
  Number.isSafeInteger(value["steps"]) &&
  (value["steps"] as number) >= 1 &&
  typeof value["hash"] === "string";

function checkEnd({ chain, steps, hash }: ChainEnd, links: readonly Link[], problems: ReceiptProblem[]): void {
  const last = links.reduce((most, { receipt }) => Math.max(most, receipt.step), 0);
  if (last < steps) {
    const which = steps - last === 1 ? `step ${steps} is` : `steps ${last + 1} to ${steps} are`;
    problems.push({ kind: "lost", chain, step: last + 1, message: `${which} not there, at the end of the chain` });
    return;
  }
  for (const { receipt, traceId, record } of links.filter((link) => link.receipt.step > steps)) {
    const at = { traceId, decisionId: record.decisionId, chain, step: receipt.step };
    problems.push({ kind: "broken", ...at, message: `stands behind the end of its chain, step ${steps}` });
  }
  if (!links.some(({ receipt }) => receipt.hash === hash)) {
    problems.push({ kind: "broken", chain, step: steps, message: "the receipt that its end names is not there" });
  }
}

/** Decisions stand in a trace in the order in which they were made. */
function checkOrder({ traceId, decisions = [] }: Trace, problems: ReceiptProblem[]): void {
  const reached = new Map<string, number>();
  for (const record of decisions) {
    if (!isRecord(record) || !isReceipt(record.receipt)) continue;
    const { chain, step } = record.receipt;
    const before = reached.get(chain) ?? 0;
    if (step < before) {
      const at = { traceId, decisionId: record.decisionId, chain, step };
      problems.push({ kind: "reordered", ...at, message: `stands behind step ${before}` });
    }
    reached.set(chain, Math.max(before, step));
  }
}

function compareProblems(a: ReceiptProblem, b: ReceiptProblem): number {
  return (
    compare(a.chain ?? "", b.chain ?? "") || (a.step ?? 0) - (b.step ?? 0) || compare(a.traceId ?? "", b.traceId ?? "")
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
