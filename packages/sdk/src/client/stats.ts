import type { HoldpointStats } from "../types";
import { findMissingClassifiers } from "./ask-classifiers";
import type { Running } from "./start";

export function readStats({
  settings,
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
    missingClassifiers: findMissingClassifiers(plan, settings.classifiers),
    lastSync: sync.last(),
  };
}
