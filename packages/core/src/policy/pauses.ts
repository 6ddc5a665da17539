import type { Agent, Pause } from "../gen/messages";
import { levelRank } from "../gen/tables";

/** The pause that holds an agent now: the highest level wins. `until` in the past, or not a date, is over or never ends. */
export function findPause(
  pauses: readonly Pause[],
  agentId: string,
  agent: Agent | undefined,
  nowMs: number,
): Pause | undefined {
  let found: Pause | undefined;
  for (const pause of pauses) {
    if (!concerns(pause, agentId, agent) || isOver(pause, nowMs)) continue;
    if (!found || levelRank[pause.level] > levelRank[found.level]) found = pause;
  }
  return found;
}

function concerns(pause: Pause, agentId: string, agent: Agent | undefined): boolean {
  switch (pause.level) {
    case "agent":
      return pause.targetId === agentId;
    case "team":
      return agent?.teamId !== undefined && pause.targetId === agent.teamId;
    case "workspace":
      return agent?.workspaceId !== undefined && pause.targetId === agent.workspaceId;
    default:
      // A pause of the whole tenant or platform, and any level not known here, holds everyone.
      return true;
  }
}

function isOver(pause: Pause, nowMs: number): boolean {
  const until = pause.until ? Date.parse(pause.until) : Number.NaN;
  return until <= nowMs;
}
