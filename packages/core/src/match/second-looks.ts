import { type PatternHandle, recompile } from "./compile-pattern.js";
import { forgetStates } from "./lazy-automaton.js";
import { createGroup, groupBytes, type SearchGroup, scanGroup } from "./native-engine.js";

/** Searches single patterns, each with an automaton of its own that is made when it is first wanted. */
export interface SecondLooks {
  /** True when the pattern matches somewhere in the text. */
  matches(text: string, pattern: number): boolean;
  groups(): SearchGroup[];
}

interface Look {
  readonly group: SearchGroup;
  bytes: number;
  lastUsed: number;
}

/** One automaton may take so much of what all have; full caches are emptied and filled again. */
const lookShare = 1 / 16;
/** Room made when all is taken, so that it is not made for every text: first states go, then programs too. */
const statesLeft = 0.8;
const allLeft = 0.9;

/** `maxBytes` is for all automata together. */
export function createSecondLooks(patterns: readonly PatternHandle[], maxBytes: number): SecondLooks {
  const looks = new Map<number, Look>();
  let bytes = 0;
  let clock = 0;

  const lookOf = (pattern: number): Look => {
    let look = looks.get(pattern);
    if (look === undefined) {
      const { searchTree, usesBytes } = recompile(patterns[pattern]!);
      const group = createGroup([searchTree], usesBytes, Math.floor(maxBytes * lookShare));
      look = { group, bytes: 0, lastUsed: 0 };
      looks.set(pattern, look);
    }
    look.lastUsed = ++clock;
    return look;
  };

  const count = (look: Look): void => {
    const now = groupBytes(look.group);
    bytes += now - look.bytes;
    look.bytes = now;
  };

  /** A program costs far more to make than the states that a text needs, so states go first. */
  const makeRoom = (): void => {
    const oldest = [...looks].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [, look] of oldest) {
      if (bytes <= maxBytes * statesLeft) return;
      forgetStates(look.group.automaton);
      count(look);
    }
    for (const [pattern, look] of oldest) {
      if (bytes <= maxBytes * allLeft) return;
      looks.delete(pattern);
      bytes -= look.bytes;
    }
  };

  return {
    matches(text, pattern) {
      const look = lookOf(pattern);
      scanGroup(look.group, text);
      const found = look.group.findings.list.length > 0;
      count(look);
      if (bytes > maxBytes) makeRoom();
      return found;
    },
    groups: () => [...looks.values()].map(({ group }) => group),
  };
}
