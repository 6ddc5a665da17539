import { administer } from "../../admin/administer";
import { listPauseHistory } from "../../admin/pause-history";
import { findPauses, isStrict, type PauseKind, pauseLevels, pauseTarget, resumeTarget } from "../../admin/pauses";
import { invalid } from "../../errors";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { readFields } from "../read-fields";
import { item, list } from "../responses";
import { apiPrefix, isAdmin, type KeyRoute } from "../route";

const path = `${apiPrefix}/kill-switch`;

const kindOf: Readonly<Record<string, PauseKind>> = {
  pause: "pause",
  suspend: "suspend",
  maintenance_start: "maintenance",
  emergency_stop: "emergency_stop",
};
const actions = [...Object.keys(kindOf), "resume", "maintenance_end"];

const act: KeyRoute = {
  method: "POST",
  path: `${path}/action`,
  access: "write",
  async handle({ services, caller, body, now }) {
    const { autoRestartAfterHours, ...fields } = readFields(await body(), {
      level: { kind: "name", required: true, values: pauseLevels },
      targetId: { kind: "name" },
      action: { kind: "name", required: true, values: actions },
      reason: { kind: "name", required: true },
      until: { kind: "timestamp" },
      autoRestartAfterHours: { kind: "any" },
    });
    const level = fields.level as (typeof pauseLevels)[number];
    const targetId = fields.targetId ?? (level === "tenant" ? caller.organizationId : undefined);
    if (targetId === undefined) throw invalid("/targetId", "missing field `targetId`");
    const { action, reason } = fields;
    const kind = kindOf[action];
    const until = readEnd(fields.until, autoRestartAfterHours, now);
    if (until && (!kind || isStrict(kind))) {
      const message = kind ? "needs an admin to end it: no time can be given" : "has no end";
      throw invalid("/action", `\`${action}\` ${message}`);
    }
    const target = { level, targetId };
    await administer(services.database, caller, (administration) =>
      kind
        ? pauseTarget(administration, target, { kind, reason, ...(until ? { until } : {}) })
        : resumeTarget(administration, target, {
            byAdmin: isAdmin(caller.role),
            reason,
            ...(action === "maintenance_end" ? { only: "maintenance" as const } : {}),
          }),
    );
    return item({ ...target, action, ...(until ? { until: until.toISOString() } : {}) });
  },
};

const maxRestartHours = 24;

/** When a hold ends by itself; undefined when somebody must end it. Throws when it is given twice or cannot be meant. */
function readEnd(until: Date | undefined, hours: unknown, now: Date): Date | undefined {
  if (hours !== undefined && hours !== null) {
    if (typeof hours !== "number" || !(hours >= 0 && hours <= maxRestartHours))
      throw invalid("/autoRestartAfterHours", `expected a number from 0 (by hand) to ${maxRestartHours}`);
    if (until) throw invalid("/until", "is given beside `autoRestartAfterHours`; give one of them");
    return hours === 0 ? undefined : new Date(now.getTime() + hours * 3_600_000);
  }
  if (until && until <= now) throw invalid("/until", "is in the past");
  return until;
}

const check: KeyRoute = {
  method: "GET",
  path: `${path}/check`,
  access: "any",
  query: ["agentId"],
  async handle({ services, caller, query, now }) {
    const agentId = query["agentId"];
    if (agentId === undefined || agentId === "") throw invalid("/agentId", "missing query parameter `agentId`");
    const pauses = await asTenant(services.database, caller.organizationId, (transaction) =>
      findPauses(transaction, agentId, now),
    );
    return item({ agentId, paused: pauses.length > 0, pauses });
  },
};

const history: KeyRoute = {
  method: "GET",
  path: `${path}/history`,
  access: "read",
  query: ["limit", "cursor"],
  async handle({ services, caller, query }) {
    const page = readPageRequest(query, ["integer"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) => listPauseHistory(transaction, page)),
    );
  },
};

export const killSwitchRoutes = [act, check, history];
