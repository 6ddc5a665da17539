import { environmentDefault, type UsageMetric } from "../gen/tables";
import { type Counting, names } from "./applicable";
import { countRecords } from "./count-records";
import { countTokens } from "./count-tokens";
import type { Counter, PolicyCounter, Subject } from "./counters";
import type { Clock } from "./evaluate";
import type { Parts } from "./parts";
import type { Plan } from "./plan";
import { bindRequest, type Part, type RequestView } from "./request";

/** An amount to add to one counter: whole micro-dollars, or whole things counted. */
export interface Charge {
  readonly counter: Counter;
  readonly amount: number;
  /** True when a policy asks that its budget hold across processes. */
  readonly strict?: boolean;
}

/**
 * What a call that goes ahead is charged: one entry for each counter that any policy of the plan keeps for its agent,
 * whichever phase the policy itself is for (SPECIFICATION D-32). Never throws.
 */
export function chargesFor(plan: Plan, request: unknown, clock: Clock): readonly Charge[] {
  try {
    return chargesForView(plan, bindRequest(request, environmentDefault), clock());
  } catch {
    return [];
  }
}

/** The same for a request that is read already. */
export function chargesForView(
  plan: Plan,
  view: RequestView,
  nowMs: number,
  subject: Subject = createSubject(plan, view),
): readonly Charge[] {
  if (view.agentId === "") return [];
  let charges: Map<string, Charge> | undefined;
  const counting = listCounting(plan, view.agentId);
  for (let index = 0; index < counting.length; index++) {
    const { rule, counters } = counting[index] as Counting;
    for (let at = 0; at < counters.length; at++) {
      const counter = counters[at] as PolicyCounter;
      // Most steps cost nothing that is known beforehand.
      if (counter.metric === "cost" && view.cost === 0) continue;
      const amount = counter.concerns(subject) ? amountOf(counter.metric, view, rule, plan.parts) : 0;
      if (amount === 0) continue;
      for (const one of counter.list(subject, nowMs) ?? []) {
        if (one.scope === "agent" && one.scopeId !== view.agentId) continue;
        charges ??= new Map();
        const known = charges.get(one.key);
        const isStrict = counter.strict || known?.strict === true;
        const most = Math.max(amount, known?.amount ?? 0);
        charges.set(one.key, isStrict ? { counter: one, amount: most, strict: true } : { counter: one, amount: most });
      }
    }
  }
  return charges ? [...charges.values()] : noCharges;
}

const noCharges: readonly Charge[] = Object.freeze([]);

/** Whose step it is; the workspace is the registered agent's unless the request says otherwise. */
export const createSubject = (plan: Plan, { agentId, userId, sessionId, extras }: RequestView): Subject => ({
  agentId,
  userId,
  sessionId,
  workspaceId: extras.workspaceId || (plan.agents.get(agentId)?.workspaceId ?? ""),
});

const mostAgents = 4096;

/** Policies with counters for an agent, found once. */
function listCounting(plan: Plan, agentId: string): readonly Counting[] {
  const byAgent = plan.applicable.counting;
  const known = byAgent.get(agentId);
  if (known) return known;
  const found = plan.compiled.filter(
    ({ policy, counters }) => counters.length > 0 && names(policy.appliesToAgents, agentId),
  );
  if (byAgent.size >= mostAgents) byAgent.clear();
  byAgent.set(agentId, found);
  return found;
}

const callPhases: ReadonlySet<string> = new Set(["input", "tool_call", "agent_call"]);

/** What a step adds to a counter; nothing where the request cannot be read. */
function amountOf(
  metric: UsageMetric,
  view: RequestView,
  rule: Readonly<Record<string, unknown>>,
  { countHosts }: Parts,
): number {
  const { phase } = view;
  switch (metric) {
    case "cost":
      return isBroken(view, "cost") ? 0 : view.cost;
    case "calls":
      return callPhases.has(phase) ? 1 : 0;
    case "tool_calls":
      return phase === "tool_call" ? 1 : 0;
    case "turns":
      return phase === "input" ? 1 : 0;
    case "external_calls":
      return phase === "tool_call" && (countHosts?.(view) ?? 1) > 0 ? 1 : 0;
    case "tokens": {
      if (isBroken(view, "texts", "tokens", "outputTokens")) return 0;
      const { input, output } = countTokens(view);
      return input + output;
    }
    case "records":
      return phase === "tool_result" ? countRecords(view, (rule["count_field"] as string | undefined) ?? "") : 0;
  }
}

const isBroken = ({ broken }: RequestView, ...parts: readonly Part[]): boolean =>
  broken.size > 0 && parts.some((part) => broken.has(part));
