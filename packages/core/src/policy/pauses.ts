import type { Agent, Pause } from "../gen/messages";
import { levelRank } from "../gen/tables";

/** Where an agent belongs. */
export type Membership = Pick<Agent, "teamId" | "workspaceId">;

/** The pause that holds an agent now: the highest level wins. `until` in the past, or not a date, is over or never ends. */
export function findPause(
  pauses: readonly Pause[],
  agentId: string,
  agent: Membership | undefined,
  nowMs: number,
  /** Where the request says that the agent belongs besides; undefined when that cannot be read. */
  stated: Membership | undefined = nowhere,
): Pause | undefined {
  let found: Pause | undefined;
  for (const pause of pauses) {
    if (!concerns(pause, agentId, agent, stated) || isOver(pause, nowMs)) continue;
    if (!found || levelRank[pause.level] > levelRank[found.level]) found = pause;
  }
  return found;
}

const nowhere: Membership = {};

function concerns(
  pause: Pause,
  agentId: string,
  agent: Membership | undefined,
  stated: Membership | undefined,
): boolean {
  // An agent that cannot be read could be any agent.
  if (agentId === "") return true;
  switch (pause.level) {
    case "agent":
      return pause.targetId === agentId;
    case "team":
      return stated === undefined || isOneOf(pause.targetId, agent?.teamId, stated.teamId);
    case "workspace":
      return stated === undefined || isOneOf(pause.targetId, agent?.workspaceId, stated.workspaceId);
    default:
      // A pause of the whole tenant or platform, and any level not known here, holds everyone.
      return true;
  }
}

const isOneOf = (target: string, own: string | undefined, stated: string | undefined): boolean =>
  (own !== undefined && target === own) || (stated !== undefined && stated !== "" && target === stated);

function isOver(pause: Pause, nowMs: number): boolean {
  return parseInstant(pause.until ?? "") <= nowMs;
}

const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 as ms since the epoch, NaN for anything else: what one language's own parser takes, another's may not. */
export function parseInstant(text: string): number {
  const [, year, month, day] = (timestamp.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return Number.NaN;
  return Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
}
