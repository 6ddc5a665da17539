import type { Governance, GovernanceSettings, GovernedSetting, Pause } from "../gen/messages";
import {
  type ArtifactGovernance,
  type AutonomyLevel,
  discoveryToggleValues,
  type EnforcementMode,
  enforcementModeRank,
} from "../gen/tables";
import { type Demands, demand, meet, noDemands, rankOfLevel, readDemands } from "./cascade";
import { resolveName } from "./closed-sets";
import { findPause } from "./pauses";
import { isObject } from "./problems";

/** What the cascade needs to know of an agent. */
export interface GovernedAgent {
  readonly agentId: string;
  readonly teamId?: string;
  readonly workspaceId?: string;
  readonly autonomyLevel?: string;
}

export interface GovernanceOptions {
  /** Kill switches that are on, and the time (ms since the epoch) at which they are looked at. */
  readonly pauses?: readonly Pause[];
  readonly nowMs?: number;
}

/**
 * What the levels platform, tenant, workspace, team and agent together demand of one agent, with the source of every
 * setting: of each the most restrictive, in whatever order they are given (SPECIFICATION D-36). Pure; never throws.
 */
export function resolveGovernance(
  settings: readonly (GovernanceSettings | unknown)[],
  agent: GovernedAgent,
  options: GovernanceOptions = {},
): Governance {
  const pause = findPause(options.pauses ?? [], agent.agentId, agent, options.nowMs ?? Number.NEGATIVE_INFINITY);
  return summarise(gatherDemands(settings, agent), pause);
}

/** The point of the lattice where an agent stands. */
export function gatherDemands(settings: readonly unknown[], agent: GovernedAgent): Demands {
  let demands = agent.autonomyLevel ? demand(ownTier(agent, agent.autonomyLevel)) : noDemands;
  for (const document of settings) if (concerns(document, agent)) demands = meet(demands, readDemands(document));
  return demands;
}

const ownTier = ({ agentId }: GovernedAgent, tier: string): GovernedSetting => ({
  dimension: "autonomy",
  value: resolveName("autonomyLevel", tier) ?? "observe",
  level: "agent",
  targetId: agentId,
});

/** Documents of a level that is not known, or that name no target where one is needed, concern every agent. */
function concerns(document: unknown, agent: GovernedAgent): boolean {
  if (!isObject(document)) return false;
  const { level, targetId } = document;
  // An agent that cannot be read could be any agent.
  if (agent.agentId === "" || typeof targetId !== "string" || targetId === "") return true;
  switch (level) {
    case "agent":
      return targetId === agent.agentId;
    case "team":
      return targetId === agent.teamId;
    case "workspace":
      return targetId === agent.workspaceId;
    default:
      return true;
  }
}

/** A point of the lattice as a document. */
export function summarise(demands: Demands, pause: Pause | undefined): Governance {
  const stated = [...demands.values()];
  const named = (dimension: GovernedSetting["dimension"]): GovernedSetting[] =>
    stated.filter((setting) => setting.dimension === dimension);
  const autonomy = named("autonomy")[0]?.value as AutonomyLevel | undefined;
  const toggles = new Map<string, boolean>(discoveryToggleValues.map((name) => [name, true]));
  for (const { name, value } of named("discovery")) toggles.set(name ?? "", value === "on");
  if (pause) stated.push({ dimension: "killSwitch", value: "paused", level: pause.level, targetId: pause.targetId });
  return {
    ...(autonomy ? { autonomy } : {}),
    minimumModes: Object.fromEntries(named("mode").map(({ name, value }) => [name ?? "", value])),
    packs: named("pack")
      .map(({ name }) => name ?? "")
      .sort(),
    artifactGovernance: (named("artifactGovernance")[0]?.value as ArtifactGovernance | undefined) ?? "open",
    discovery: Object.fromEntries(toggles),
    ...(pause ? { pause: showPause(pause) } : {}),
    settings: stated.sort(byName),
  };
}

/** As documents are written: a member that is null is left out (SPECIFICATION D-22). */
export function showPause({ level, targetId, reason, until }: Pause): Pause {
  return { level, targetId, ...(reason == null ? {} : { reason }), ...(until == null ? {} : { until }) };
}

function byName(a: GovernedSetting, b: GovernedSetting): number {
  const [x, y] = [a, b].map(({ dimension, name }) => `${dimension} ${name ?? ""}`) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The setting that a policy's mode must at least meet: that of its type or of all types, whichever asks for more. */
export function findLeastMode(demands: Demands, type: string): GovernedSetting | undefined {
  const [own, every] = [demands.get(`mode ${type}`), demands.get("mode *")];
  if (!own || !every) return own ?? every;
  const rank = ({ value }: GovernedSetting): number => enforcementModeRank[value as EnforcementMode];
  const more = rank(every) - rank(own) || rankOfLevel(every.level) - rankOfLevel(own.level);
  return more > 0 ? every : own;
}
