import { environmentDefault } from "../gen/tables";
import { names } from "./applicable";
import type { Counter } from "./counters";
import type { Clock } from "./evaluate";
import type { Plan } from "./plan";
import { bindRequest } from "./request";

/** An amount to add to one counter, in whole micro-dollars. */
export interface Charge {
  readonly counter: Counter;
  readonly amount: number;
}

/**
 * What a call that goes ahead is charged: one entry for each counter that any policy of the plan keeps for its agent,
 * whichever phase the policy itself is for. Empty when the call states no cost. Never throws.
 */
export function chargesFor(plan: Plan, request: unknown, clock: Clock): readonly Charge[] {
  try {
    const { agentId, cost, broken } = bindRequest(request, environmentDefault);
    if (cost === 0 || agentId === "" || broken.has("cost")) return [];
    const nowMs = clock();
    const counters = new Map<string, Counter>();
    for (const { policy, state } of plan.compiled) {
      if (!names(policy.appliesToAgents, agentId)) continue;
      for (const { list } of state) {
        for (const counter of list(agentId, nowMs)) {
          if (counter.scope === "organization" || counter.scopeId === agentId) counters.set(counter.key, counter);
        }
      }
    }
    return [...counters.values()].map((counter) => ({ counter, amount: cost }));
  } catch {
    return [];
  }
}
