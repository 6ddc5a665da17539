import { forgetStates } from "./automaton-states";
import type { LazyAutomaton } from "./lazy-automaton";

/** Things with automata, made when they are first wanted and dropped when they outgrow their memory. */
export interface AutomatonPool<Item> {
  /** Calls `work` with the item of a key. No row may be kept beyond the call, since states come and go; kernels may. */
  use<Result>(key: number, work: (item: Item) => Result): Result;
  bytes(): number;
  /** How often items were dropped: what a caller knows of them is of use only as long as this stays the same. */
  drops(): number;
  /** Drops what was used longest ago until so many bytes are left. */
  shrink(bytes: number): void;
}

export interface PoolOptions<Item> {
  /** The same key must always make the same program. */
  readonly make: (key: number) => Item;
  readonly automataOf: (item: Item) => readonly LazyAutomaton[];
  readonly bytesOf: (item: Item) => number;
  /** For all items together, between calls, as of now: an item that is larger by itself is made anew each time. */
  readonly maxBytes: () => number;
}

/** Room made when all is taken, so that it is not made for every text: first states go, then programs, which cost more. */
const statesLeft = 0.8;
const allLeft = 0.9;

export function createAutomatonPool<Item>(options: PoolOptions<Item>): AutomatonPool<Item> {
  const { make, automataOf, bytesOf, maxBytes } = options;
  const kept = new Map<number, { readonly item: Item; bytes: number; lastUsed: number }>();
  let bytes = 0;
  let clock = 0;
  let drops = 0;

  const makeRoom = (limit: number): void => {
    const oldest = [...kept].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [, entry] of oldest) {
      if (bytes <= limit * statesLeft) return;
      for (const automaton of automataOf(entry.item)) forgetStates(automaton);
      const now = bytesOf(entry.item);
      bytes += now - entry.bytes;
      entry.bytes = now;
    }
    for (const [key, entry] of oldest) {
      if (bytes <= limit * allLeft) return;
      kept.delete(key);
      drops++;
      bytes -= entry.bytes;
    }
  };

  return {
    use(key, work) {
      let entry = kept.get(key);
      if (entry === undefined) {
        entry = { item: make(key), bytes: 0, lastUsed: 0 };
        kept.set(key, entry);
      }
      entry.lastUsed = ++clock;
      const result = work(entry.item);
      const now = bytesOf(entry.item);
      if (now !== entry.bytes) {
        bytes += now - entry.bytes;
        entry.bytes = now;
        const limit = maxBytes();
        if (bytes > limit) makeRoom(limit);
      }
      return result;
    },
    bytes: () => bytes,
    drops: () => drops,
    shrink(limit) {
      if (bytes > limit) makeRoom(limit);
    },
  };
}
