import {
  type CallOptions,
  defaults,
  type EnforcementHaltError,
  type Holdpoint,
  type TraceHandle,
} from "@holdpoint/sdk";
import { getCurrentTrace } from "@openai/agents-core";

/** What processor, guardrails and model wrapper of one client know together; everything in it is bounded. */
export interface RunMemory {
  /** Our trace by the framework's trace id. */
  readonly traces: Map<string, TraceHandle>;
  /** How often something was stopped, and what last, by the framework's trace id. */
  readonly halts: Map<string, { readonly count: number; readonly last: EnforcementHaltError }>;
  /** Fingerprint of the checked result, by id of the tool call. */
  readonly checkedResults: Map<string, string>;
  /** Tool calls of answers to inputs that a human has approved. */
  readonly approvedCalls: Map<string, true>;
}

const memories = new WeakMap<Holdpoint, RunMemory>();

export function memoryOf(hp: Holdpoint): RunMemory {
  let memory = memories.get(hp);
  if (!memory) {
    memory = { traces: new Map(), halts: new Map(), checkedResults: new Map(), approvedCalls: new Map() };
    memories.set(hp, memory);
  }
  return memory;
}

/** Adds an entry; gives back the oldest one when the map is full. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= defaults.adapterOpenRuns) return undefined;
  const [oldest] = map;
  if (!oldest) return undefined;
  map.delete(oldest[0]);
  return oldest[1];
}

const currentTraceId = (): string | undefined => getCurrentTrace()?.traceId;

/** Puts a decision into the trace that is open now, if a tracing processor records it. */
export function currentCall(hp: Holdpoint): CallOptions {
  const id = currentTraceId();
  const trace = id === undefined ? undefined : memoryOf(hp).traces.get(id);
  return trace ? { trace } : {};
}

export function rememberHaltOfTrace(hp: Holdpoint, halt: EnforcementHaltError): void {
  const id = currentTraceId();
  if (id === undefined) return;
  const { halts } = memoryOf(hp);
  remember(halts, id, { count: (halts.get(id)?.count ?? 0) + 1, last: halt });
}

export function haltsOfTrace(hp: Holdpoint): { readonly count: number; readonly last?: EnforcementHaltError } {
  const id = currentTraceId();
  return (id === undefined ? undefined : memoryOf(hp).halts.get(id)) ?? { count: 0 };
}

/** Tells texts apart, cheaply (length and FNV-1a); the id of the call does the rest. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return `${text.length}:${hash >>> 0}`;
}
