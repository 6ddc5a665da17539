import { defaults, type EnforcementHaltError, type Holdpoint, type SpanHandle } from "@holdpoint/sdk";

/** A tool's result that was checked, and what stands in its place, if anything does. */
export interface CheckedResult {
  readonly agentId: string;
  readonly text: string;
  readonly replacement: string | undefined;
}

/** What the middleware and the tools of one client know together, by id of the tool call; everything in it is bounded. */
export interface Memory {
  /** Calls that the middleware let pass and that no tool has begun yet: agent, tool and arguments. */
  readonly permits: Map<string, string>;
  /** What stopped a tool: the framework tells the model of it, and goes on. */
  readonly halts: Map<string, EnforcementHaltError>;
  readonly checkedResults: Map<string, CheckedResult>;
  /** Of tool calls in answers to what a human has approved: the agent and the texts that were approved. */
  readonly approvedCalls: Map<string, string>;
  /** Its span, from when the model asked for it until it is run. */
  readonly spans: Map<string, SpanHandle>;
  /** The paused agent that a canary belongs to, by the canary's id. */
  readonly canaries: Map<string, string>;
}

const memories = new WeakMap<Holdpoint, Memory>();

export function memoryOf(hp: Holdpoint): Memory {
  let memory = memories.get(hp);
  if (!memory) {
    memory = {
      permits: new Map(),
      halts: new Map(),
      checkedResults: new Map(),
      approvedCalls: new Map(),
      spans: new Map(),
      canaries: new Map(),
    };
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

/** An agent's call of a tool as a text, the same for the same arguments in whatever order. */
export const permitFor = (agentId: string, tool: string, args: unknown): string =>
  JSON.stringify([agentId, tool, sorted(args)]) ?? "";

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return entries.map(([key, member]) => [key, sorted(member)]);
}
