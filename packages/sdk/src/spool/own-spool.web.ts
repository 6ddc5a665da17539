import type { EventStore } from "../events/event-store";
import type { SpoolOptions } from "./spool";

/** Stands for `own-spool.ts` in builds for browsers and edge runtimes: a disk there is one that the program has brought along. */
export async function openSpool(options: SpoolOptions): Promise<EventStore | undefined> {
  const { createSpool } = await import("./spool");
  return createSpool(options);
}
