import type { EventQueue, QueuedTrace } from "./event-queue";
import type { EventStore, StoredBatch } from "./event-store";

/** Traces wait in memory: bounded, and lost with the process. */
export function createMemoryStore(queue: EventQueue, writeText: (item: QueuedTrace) => string | undefined): EventStore {
  let carried: string | undefined;
  const takeNow = (maxCount: number, maxChars: number): StoredBatch | undefined => {
    const texts: string[] = [];
    let chars = 0;
    let lost = 0;
    while (texts.length < maxCount) {
      const item = carried === undefined ? queue.take() : undefined;
      if (carried === undefined && !item) break;
      const text = carried ?? writeText(item as QueuedTrace);
      carried = undefined;
      if (text === undefined) {
        lost++;
        continue;
      }
      if (texts.length > 0 && chars + text.length > maxChars) {
        carried = text;
        break;
      }
      texts.push(text);
      chars += text.length;
    }
    const nothing = texts.length === 0 && lost === 0;
    return nothing ? undefined : { texts, own: texts.length, lost, settle: () => Promise.resolve() };
  };
  return {
    isDurable: false,
    push: (item) => queue.push(item),
    take: (maxCount, maxChars) => Promise.resolve(takeNow(maxCount, maxChars)),
    takeNow,
    secure: () => Promise.resolve(),
    setAside: () => undefined,
    size: () => queue.size + (carried === undefined ? 0 : 1),
    close: () => Promise.resolve(0),
    stats: () => undefined,
  };
}
