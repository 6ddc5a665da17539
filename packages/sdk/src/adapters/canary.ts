import type { Holdpoint } from "../client/holdpoint";

/** Under this name a canary travels: in what a framework hands through to its hooks. */
export const canaryName = "holdpointCanary";

/** Ids of the paused agents whose steps are being pushed through the guards now, by client. */
const open = new WeakMap<Holdpoint, Set<string>>();

/** The agent that a step belongs to instead of its own, when it carries a canary of this client. */
export function canaryOf(hp: Holdpoint, carrier: unknown): string | undefined {
  const id = (carrier as Record<string, unknown> | null | undefined)?.[canaryName];
  return typeof id === "string" && open.get(hp)?.has(id) ? id : undefined;
}

/** Pauses an agent that nobody else is, in this client alone, while the work is done. */
export async function withCanary(hp: Holdpoint, work: (id: string) => Promise<void>): Promise<void> {
  const id = `holdpoint-canary-${crypto.randomUUID()}`;
  const ids = open.get(hp) ?? new Set();
  open.set(hp, ids.add(id));
  hp.pauseAgent(id, { reason: "canary of verify" });
  try {
    await work(id);
  } finally {
    ids.delete(id);
    hp.resumeAgent(id);
  }
}
