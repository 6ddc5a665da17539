import type { GovernedSetting, TierOverride } from "../gen/messages";
import { type AutonomyLevel, autonomyLevelRank, type EnforcementMode, enforcementModeRank } from "../gen/tables";
import type { Caller } from "./caller";
import { type Demands, meet } from "./cascade";
import { findLeastMode, type GovernedAgent, gatherDemands } from "./governance";
import type { CompiledPolicy, Plan } from "./plan";

/** Policies as the cascade wants them for one caller. */
export interface Governed {
  readonly policies: readonly CompiledPolicy[];
  /** The tier of the agent under every cap; empty without one. */
  readonly autonomy: AutonomyLevel | "";
  readonly tierOverrides: readonly TierOverride[];
}

/** Where a caller stands in the lattice: where its registered agent does, and where the request says that it belongs. */
export function demandsOn(settings: readonly unknown[], caller: Caller): Demands {
  const { agentId, agent, teamId, workspaceId, readable } = caller;
  const own = gatherDemands(settings, (agent ?? { agentId }) as GovernedAgent);
  if (settings.length === 0) return own;
  if (!readable) return meet(own, gatherDemands(settings, { agentId: "" }));
  if (teamId === "" && workspaceId === "") return own;
  return meet(own, gatherDemands(settings, { agentId, teamId, workspaceId }));
}

/** Raises every policy to its least mode, leaves out packs that are not in force, and says which are beyond the tier. */
export function governPolicies(plan: Plan, policies: readonly CompiledPolicy[], caller: Caller): Governed {
  const demands = demandsOn(plan.settings, caller);
  const autonomy = (demands.get("autonomy ")?.value ?? "") as AutonomyLevel | "";
  const inForce =
    plan.settings.length === 0
      ? policies
      : policies
          .filter(({ pack }) => pack === undefined || demands.has(`pack ${pack}`))
          .map((compiled) => raiseMode(compiled, findLeastMode(demands, compiled.policy.policyType)));
  return { policies: inForce, autonomy, tierOverrides: autonomy === "" ? [] : listOverrides(inForce, autonomy) };
}

/** INVARIANT: never a milder mode; what must at least wait or block also holds when it cannot be decided (D-38). */
function raiseMode(compiled: CompiledPolicy, least: GovernedSetting | undefined): CompiledPolicy {
  if (!least) return compiled;
  const { policy } = compiled;
  const mode = least.value as EnforcementMode;
  const holds = enforcementModeRank[mode] >= enforcementModeRank.require_approval;
  const raised = enforcementModeRank[mode] > enforcementModeRank[policy.enforcementMode ?? "monitor"];
  if (!raised && !(holds && policy.onError === "record")) return compiled;
  return {
    ...compiled,
    policy: {
      ...policy,
      ...(raised ? { enforcementMode: mode } : {}),
      ...(holds ? { onError: "hold" } : {}),
    },
    modeSource: least,
  };
}

function listOverrides(policies: readonly CompiledPolicy[], agentTier: AutonomyLevel): TierOverride[] {
  return policies
    .filter(({ type, pack }) => pack === undefined && autonomyLevelRank[type.tier] > autonomyLevelRank[agentTier])
    .map(({ policy, type }) => ({ policyId: policy.id, policyType: policy.policyType, tier: type.tier, agentTier }));
}
