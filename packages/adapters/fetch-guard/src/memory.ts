import {
  defaults,
  type EnforcementHaltError,
  EnforcementUnavailableError,
  type Holdpoint,
  isEnforcementHaltError,
} from "@holdpoint/sdk";

/** A tool's result that was checked, and what stands in its place, if anything does. */
export interface CheckedResult {
  readonly agentId: string;
  readonly text: string;
  readonly replacement: string | undefined;
}

/** What is known of earlier requests, by id of the tool call; bounded. */
export interface Memory {
  readonly checkedResults: Map<string, CheckedResult>;
  /** Of tool calls in answers to what a human has approved: the agent and the texts that were approved. */
  readonly approvedCalls: Map<string, string>;
  /** Canaries under way: each is the id of an agent that is paused. */
  readonly canaries: Set<string>;
}

const memories = new WeakMap<Holdpoint, Memory>();

export function memoryOf(hp: Holdpoint): Memory {
  let memory = memories.get(hp);
  if (!memory) {
    memory = { checkedResults: new Map(), approvedCalls: new Map(), canaries: new Set() };
    memories.set(hp, memory);
  }
  return memory;
}

/** Adds an entry and lets the oldest one go when the map is full. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > defaults.adapterOpenRuns && oldest !== undefined) map.delete(oldest);
}

/** The error that stops the step: a halt as it is, anything else as EnforcementUnavailableError with its cause. */
export function asHalt(error: unknown): EnforcementHaltError {
  if (isEnforcementHaltError(error)) return error;
  return new EnforcementUnavailableError("the step could not be decided", { cause: error });
}

/** A request's header: the canary of `verify`. */
export const canaryHeader = "x-holdpoint-canary";
/** An answer's header: the id of what stopped the request. */
export const haltHeader = "x-holdpoint-halt";

const halts = new Map<string, EnforcementHaltError>();

/** The answer to a request that may not be made, as a server would refuse it: not to be tried again. */
export function answerHalt(halt: EnforcementHaltError): Response {
  const id = crypto.randomUUID();
  remember(halts, id, halt);
  const body = JSON.stringify({ type: "error", error: { type: halt.code, code: halt.code, message: halt.message } });
  const headers = { "content-type": "application/json", "x-should-retry": "false", [haltHeader]: id };
  return new Response(body, { status: 403, headers });
}

/** Our error behind headers of an answer. */
export const haltOfHeaders = (headers: unknown): EnforcementHaltError | undefined =>
  headers instanceof Headers ? halts.get(headers.get(haltHeader) ?? "") : undefined;

/**
 * Our error inside whatever a client has thrown: itself, by the headers of the answer, or along `cause`. Undefined when
 * there is none.
 */
export function findHalt(error: unknown): EnforcementHaltError | undefined {
  const seen = new Set<unknown>();
  let current = error;
  while (typeof current === "object" && current !== null && !seen.has(current)) {
    if (isEnforcementHaltError(current)) return current;
    const halt = haltOfHeaders((current as { headers?: unknown }).headers);
    if (halt) return halt;
    seen.add(current);
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}
