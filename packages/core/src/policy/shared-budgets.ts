import { limits } from "../gen/tables";
import { names } from "./applicable";
import type { Counter, PolicyCounter, Subject } from "./counters";
import { parseInstant } from "./pauses";
import type { CompiledPolicy, Plan } from "./plan";

/** What is known of a counter that policies cap (clauses L-1, L-2). */
export interface SharedBudget {
  /** `strict` never spends ahead, `lenient` a little, `watched` is only reported. */
  readonly kind: "strict" | "lenient" | "watched";
  /** Whole micro-dollars of one window. */
  readonly capMicros: number;
  /** When the counter's window ends. */
  readonly endMs: number;
  /** The counter of the window after it. */
  readonly next: Counter;
}

/**
 * The budget that a counter belongs to; undefined when no policy caps it, or when it is not one that processes share.
 * With `policyIds` only those policies count.
 */
export function findSharedBudget(
  plan: Plan,
  counter: Counter,
  policyIds?: ReadonlySet<string>,
): SharedBudget | undefined {
  const { metric, kind, window, scope, scopeId, key } = counter;
  if (metric !== "cost" || kind !== undefined || window === "session" || scope === "session") return undefined;
  const startMs = parseInstant(counter.start);
  if (Number.isNaN(startMs)) return undefined;
  const subject = createOwner(scopeId);
  const caps: Record<SharedBudget["kind"], number[]> = { strict: [], lenient: [], watched: [] };
  let found: PolicyCounter | undefined;
  for (const [compiled, one] of listCapped(plan, policyIds)) {
    if (!one.concerns(subject) || (scope === "agent" && !names(compiled.policy.appliesToAgents, scopeId))) continue;
    if (!one.list(subject, startMs)?.some((other) => other.key === key)) continue;
    found = one;
    caps[kindOf(plan, compiled, one)].push(one.capMicros as number);
  }
  if (!found) return undefined;
  const endMs = found.endMs(startMs);
  const next = found.list(subject, endMs)?.find((other) => other.scopeId === scopeId) ?? counter;
  const strict = Math.min(...caps.strict);
  if (strict < Number.POSITIVE_INFINITY) return { kind: "strict", capMicros: strict, endMs, next };
  const lenient = caps.lenient.length > 0;
  const capMicros = Math.max(...(lenient ? caps.lenient : caps.watched));
  return { kind: lenient ? "lenient" : "watched", capMicros, endMs, next };
}

/** Counters of shared budgets whose owners are known before any of them takes a step; at most `maxLeases`. */
export function listSharedCounters(plan: Plan, nowMs: number, policyIds?: ReadonlySet<string>): readonly Counter[] {
  const found = new Map<string, Counter>();
  for (const [compiled, one] of listCapped(plan, policyIds)) {
    if (one.scope === "session") continue;
    for (const id of listOwners(plan, compiled, one)) {
      const subject = createOwner(id);
      if (!one.concerns(subject)) continue;
      for (const counter of one.list(subject, nowMs) ?? []) {
        if (found.size >= limits.maxLeases) return [...found.values()];
        found.set(counter.key, counter);
      }
    }
  }
  return [...found.values()];
}

function* listCapped(plan: Plan, policyIds?: ReadonlySet<string>): Generator<[CompiledPolicy, PolicyCounter]> {
  for (const compiled of plan.compiled) {
    if (policyIds && !policyIds.has(compiled.policy.id)) continue;
    for (const one of compiled.state) if (one.capMicros !== undefined) yield [compiled, one];
  }
}

/** Where settings of the cascade may raise a mode, every mode may hold. */
function kindOf({ settings }: Plan, { policy, rule }: CompiledPolicy, { strict }: PolicyCounter): SharedBudget["kind"] {
  const mode = policy.enforcementMode;
  const holds = mode === "block" || mode === "require_approval" || settings.length > 0;
  if (!holds || rule["action"] === "warn") return "watched";
  return strict ? "strict" : "lenient";
}

const createOwner = (id: string): Subject => ({ agentId: id, userId: id, sessionId: "", workspaceId: id });

function listOwners(plan: Plan, { policy, rule }: CompiledPolicy, { scope }: PolicyCounter): readonly string[] {
  if (scope === "organization") return ["*"];
  const wanted = rule["scope_id"];
  if (typeof wanted === "string") return [wanted];
  const agents = [...plan.agents.values()].filter(({ agentId }) => names(policy.appliesToAgents, agentId));
  if (scope === "workspace") return agents.flatMap(({ workspaceId }) => workspaceId || []);
  if (scope !== "agent") return [];
  return [...new Set([...(policy.appliesToAgents ?? []), ...agents.map(({ agentId }) => agentId)])];
}
