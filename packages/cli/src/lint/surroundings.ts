import { type Agent, enforcementModeRank, type Policy, tiers } from "@holdpoint/core";
import { type Finding, type Linted, type LintRule, shown } from "./finding";
import { coversScope } from "./scopes";

/** Scopes that no registered agent is in, and controls that an agent's tier has and nobody wrote. Needs registered agents. */
export const findEmptyScopes: LintRule = (linted) => {
  const agents = linted.context.agents ?? [];
  if (agents.length === 0) return [];
  return [
    ...linted.policies.flatMap((policy) => checkScope(policy, agents, linted)),
    ...agents.flatMap((agent) => checkTier(agent, linted)),
  ];
};

function checkScope(policy: Policy, agents: readonly Agent[], { pointerOf }: Linted): Finding[] {
  const make = (field: string, message: string): Finding => ({
    kind: "never-matches",
    policyId: policy.id,
    pointer: `${pointerOf(policy.id)}/${field}`,
    message,
  });
  const environments = new Set(agents.flatMap(({ environment }) => environment ?? []));
  const lost = environments.size === 0 ? [] : (policy.environments ?? []).filter((name) => !environments.has(name));
  const labels = Object.entries(policy.labels ?? {});
  const isLabelled = (agent: Agent): boolean =>
    labels.every(([name, value]) => {
      const has = agent.labels?.[name] ?? (agent.metadata?.["labels"] as Record<string, unknown> | undefined)?.[name];
      return has !== undefined && (value === "*" || value === has);
    });
  const { level, targetId } = policy;
  const isThere =
    !targetId ||
    agents.some(({ teamId, workspaceId }) =>
      level === "team" ? teamId === targetId : level === "workspace" ? workspaceId === targetId : true,
    );
  return [
    ...lost.map((name) => make("environments", `no agent is in the environment ${shown(name)}`)),
    ...(labels.length > 0 && !agents.some(isLabelled) ? [make("labels", "no agent has these labels")] : []),
    ...(isThere ? [] : [make("targetId", `no agent belongs to the ${level} ${shown(targetId ?? "")}`)]),
  ];
}

/** The modes of a tier's bundle that no policy for the agent reaches. */
function checkTier(agent: Agent, { policies }: Linted): Finding[] {
  const rank = tiers.findIndex(({ tier }) => tier === agent.autonomyLevel);
  const wanted = tiers
    .slice(0, rank + 1)
    .flatMap(({ modes }) => Object.entries(modes as Readonly<Record<string, string>>));
  const only = { appliesToAgents: [agent.agentId] } as unknown as Policy;
  return wanted.flatMap(([type, mode]): Finding[] => {
    const has = policies.some(
      (policy) =>
        policy.policyType === type &&
        coversScope({ ...policy, environments: [], labels: {} }, only) &&
        enforcementModeRank[policy.enforcementMode ?? "monitor"] >= enforcementModeRank[mode as "block"],
    );
    if (has) return [];
    const message = `agent ${shown(agent.agentId)} of tier ${agent.autonomyLevel} has no policy of type \`${type}\` in mode ${mode} or stricter`;
    return [{ kind: "tier", policyId: "", pointer: "", message }];
  });
}
