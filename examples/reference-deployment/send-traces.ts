import type { Holdpoint } from "@holdpoint/sdk";

const patienceMs = 60_000;

/** Waits until every trace has been sent; one flush has a deadline of its own. */
export async function sendTraces(hp: Holdpoint): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (hp.stats().queuedTraces > 0 && performance.now() < deadline) await hp.flush();
}
