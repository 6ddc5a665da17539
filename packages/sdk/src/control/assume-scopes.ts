import type { Agent, Level, Pause } from "@holdpoint/core";

/**
 * Before the first plan nobody knows which team or workspace an agent belongs to, unless the program or the request says
 * so: it is then taken to belong to one that is paused (SPECIFICATION S-20). A request cannot talk an agent out of the one
 * that the program has put it in. Gives the request to decide about pauses with.
 */
export function assumeScopes(
  request: unknown,
  pauses: readonly Pause[],
  agents: readonly Agent[],
  nowMs: number,
): unknown {
  if (pauses.length === 0 || typeof request !== "object" || request === null || Array.isArray(request)) return request;
  const asked = request as Readonly<Record<string, unknown>>;
  const known = agents.find(({ agentId }) => agentId === asked["agentId"]);
  const scopeOf = (level: Level, member: "teamId" | "workspaceId"): unknown => {
    const paused = pauses.filter((pause) => pause.level === level && !isOver(pause, nowMs)).map((one) => one.targetId);
    const stated = asked[member] ?? "";
    const own = known?.[member] ?? "";
    if (own !== "" && (stated === "" || paused.includes(own))) return own;
    return stated === "" ? paused[0] : stated;
  };
  const teamId = scopeOf("team", "teamId");
  const workspaceId = scopeOf("workspace", "workspaceId");
  return {
    ...asked,
    ...(teamId === undefined ? {} : { teamId }),
    ...(workspaceId === undefined ? {} : { workspaceId }),
  };
}

/** SPECIFICATION D-21: an end that cannot be read is none. */
const isOver = ({ until }: Pause, nowMs: number): boolean => until !== undefined && Date.parse(until) <= nowMs;
