import type { HoldpointStats } from "../types";
import type { Running } from "./start";

export function readStats({
  snapshot,
  pauses,
  recorder,
  lane,
  drops,
  sync,
  connection,
  usage,
  ungoverned,
}: Running): HoldpointStats {
  const { plan, version } = snapshot.current;
  return {
    ready: plan !== undefined,
    bundleVersion: version,
    planDigest: plan?.digest,
    bundleAgeMs: connection?.bundleAgeMs(),
    stale: connection?.isStale() ?? false,
    policyCount: plan?.policies.length ?? 0,
    pauses: pauses.list(),
    decisions: { ...recorder.counts },
    ungovernedCalls: ungoverned.totals.no_plan + ungoverned.totals.stale,
    ungoverned: { ...ungoverned.totals },
    queuedTraces: lane?.queued() ?? 0,
    sentTraces: lane?.sent() ?? 0,
    droppedTraces: { ...drops.totals },
    spool: lane?.spool(),
    leases: usage.stats(),
    lastSync: sync.last(),
  };
}
