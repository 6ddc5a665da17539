import type { AuditAction } from "../audit/append-audit-entry";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import type { PauseKind, PauseLevel } from "./pauses";

/** One turn of a kill switch, as the log has it. */
export interface PauseEvent {
  /** Of the line in the log. */
  readonly auditIndex: number;
  readonly at: string;
  readonly actor: string;
  readonly level: PauseLevel;
  readonly targetId: string;
  readonly action: "paused" | "resumed";
  readonly kinds: readonly PauseKind[];
  readonly reason?: string;
  readonly until?: string;
}

const actions: readonly AuditAction[] = ["agent.paused", "agent.resumed", "scope.paused", "scope.resumed"];

interface Row {
  readonly index: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly details: string;
}

/** What the log says of kill switches, the newest first. A pause that ended by its own time has no line of its end. */
export async function listPauseHistory(transaction: TenantTransaction, page: PageRequest): Promise<Page<PauseEvent>> {
  const [counted] = await transaction.query<{ total: number }>(
    "SELECT count(*) AS total FROM holdpoint.audit_entries WHERE action = ANY($1::text[])",
    [actions],
  );
  const rows = await transaction.query<Row>(
    `SELECT * FROM holdpoint.audit_entries WHERE action = ANY($1::text[]) AND index < $2
     ORDER BY index DESC LIMIT $3`,
    [actions, Number(page.after?.[0] ?? 2 ** 31 - 1), page.limit + 1],
  );
  return toPage(rows, page, counted?.total ?? 0, toEvent, (row) => [String(row.index)]);
}

function toEvent(row: Row): PauseEvent {
  const { kind, kinds, reason, until } = JSON.parse(row.details) as {
    kind?: PauseKind;
    kinds?: readonly PauseKind[];
    reason?: string;
    until?: string;
  };
  return {
    auditIndex: row.index,
    at: row.at,
    actor: row.actor,
    level: row.target_type === "organization" ? "tenant" : (row.target_type as PauseLevel),
    targetId: row.target_id,
    action: row.action.endsWith(".paused") ? "paused" : "resumed",
    kinds: kinds ?? [kind ?? "pause"],
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until }),
  };
}
