import { verifyAuditChain } from "@holdpoint/control-plane";
import type { Holdpoint } from "@holdpoint/sdk";
import type { Deployment } from "./deployment";

/** Counts what the control plane has stored and verifies the audit chain offline, from its export alone. */
export async function checkRecord(hp: Holdpoint, { url, apiKey, call }: Deployment): Promise<boolean> {
  console.log("\nRecord");
  const { meta } = await call<{ meta: { total: number } }>("GET", "/traces?limit=1");
  const { sentTraces, queuedTraces, droppedTraces } = hp.stats();
  const dropped = Object.values(droppedTraces).reduce((sum, count) => sum + count, 0);
  console.log(`traces: ${sentTraces} sent, ${meta.total} stored, ${dropped} dropped, ${queuedTraces} unsent`);
  const response = await fetch(`${url}/api/v1/audit/export`, { headers: { "X-API-Key": apiKey } });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  const verified = verifyAuditChain(lines.map((line) => JSON.parse(line)));
  console.log(
    `audit chain: ${lines.length} entries, ${verified.valid ? "verified offline" : `BROKEN: ${JSON.stringify(verified)}`}`,
  );
  return verified.valid && dropped === 0 && queuedTraces === 0 && meta.total === sentTraces;
}
