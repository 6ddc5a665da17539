/** Something to send, written as JSON only when its turn comes. */
export interface QueuedTrace {
  /** Estimate of the memory it holds. */
  readonly sizeBytes: number;
  /** May throw: the item is then counted as unserializable. */
  toJson(): string;
}

/** First in, first out. The seam at which a spool on disk can take the place of memory. */
export interface EventQueue {
  /** False when there is no room; the item is then not held. O(1), never throws. */
  push(item: QueuedTrace): boolean;
  take(): QueuedTrace | undefined;
  readonly size: number;
}

/** A ring in memory, bounded in items and in bytes. */
export function createEventQueue(capacity: number, capacityBytes: number): EventQueue {
  const ring: (QueuedTrace | undefined)[] = [];
  let head = 0;
  let size = 0;
  let bytes = 0;
  return {
    push(item) {
      if (size >= capacity || bytes + item.sizeBytes > capacityBytes) return false;
      const end = head + size;
      ring[end < capacity ? end : end - capacity] = item;
      size++;
      bytes += item.sizeBytes;
      return true;
    },
    take() {
      if (size === 0) return undefined;
      const item = ring[head] as QueuedTrace;
      ring[head] = undefined;
      head = (head + 1) % capacity;
      size--;
      bytes -= item.sizeBytes;
      return item;
    },
    get size() {
      return size;
    },
  };
}
