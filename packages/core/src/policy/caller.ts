import type { Agent, Policy } from "../gen/messages";
import { isObject } from "./problems";
import type { RequestView } from "./request";
import { noExtras } from "./request-extras";

/** Who stands behind a request: the registered agent, and where the request says that it belongs besides. */
export interface Caller {
  readonly agentId: string;
  readonly agent: Agent | undefined;
  readonly teamId: string;
  readonly workspaceId: string;
  /** False when the request's team or workspace cannot be read: it could be any. */
  readonly readable: boolean;
}

export function describeCaller(agents: ReadonlyMap<string, Agent>, view: RequestView): Caller {
  const { teamId, workspaceId } = view.extras;
  const readable = !view.broken.has("teamId") && !view.broken.has("workspaceId");
  return { agentId: view.agentId, agent: agents.get(view.agentId), teamId, workspaceId, readable };
}

/** Names a caller among those of one plan. */
export function keyOfCaller({ agentId, extras, broken }: RequestView): string {
  const isPlain = agentId.charCodeAt(0) !== 10;
  if (extras === noExtras && broken.size === 0 && isPlain) return agentId;
  const { teamId, workspaceId } = extras;
  const readable = !broken.has("teamId") && !broken.has("workspaceId");
  if (teamId === "" && workspaceId === "" && readable && isPlain) return agentId;
  // Begins with a line feed, as no plain id does; lengths keep apart names that hold any character.
  return `\n${readable} ${teamId.length} ${workspaceId.length} ${teamId}${workspaceId}${agentId}`;
}

/**
 * Whether a policy is for this caller by agents, labels and target (SPECIFICATION D-6). A policy for a team or
 * workspace concerns whom the registry or the request puts there.
 */
export function concernsCaller(policy: Policy, caller: Caller): boolean {
  const { appliesToAgents, targetId, labels } = policy;
  // An agent that cannot be read could be any agent.
  if (caller.agentId === "") return true;
  if (appliesToAgents && appliesToAgents.length > 0 && !appliesToAgents.includes(caller.agentId)) return false;
  if (targetId && !isTarget(policy, targetId, caller)) return false;
  return labels === undefined || hasLabels(labels, readLabels(caller.agent));
}

function isTarget(
  { level }: Policy,
  targetId: string,
  { agentId, agent, teamId, workspaceId, readable }: Caller,
): boolean {
  switch (level) {
    case "agent":
      return targetId === agentId;
    case "team":
      return !readable || targetId === agent?.teamId || targetId === teamId;
    case "workspace":
      return !readable || targetId === agent?.workspaceId || targetId === workspaceId;
    default:
      return true;
  }
}

/** Labels of a registered agent. */
export function readLabels(agent: Agent | undefined): Readonly<Record<string, unknown>> {
  if (agent?.labels && Object.keys(agent.labels).length > 0) return agent.labels;
  const written = agent?.metadata?.["labels"];
  return isObject(written) ? written : {};
}

function hasLabels(wanted: Readonly<Record<string, string>>, has: Readonly<Record<string, unknown>>): boolean {
  for (const name of Object.keys(wanted)) {
    if (!Object.hasOwn(has, name) || (wanted[name] !== "*" && wanted[name] !== has[name])) return false;
  }
  return true;
}
