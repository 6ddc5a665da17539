import { type CompiledPattern, type PatternHandle, recompile } from "./compile-pattern.js";
import { type FilterPlan, planFilter } from "./filter-plan.js";
import { createGroup, type SearchGroup, scanGroup } from "./native-engine.js";
import type { StreamGroup } from "./stream-match.js";
import type { SyntaxTree } from "./syntax-tree.js";

/** The search over all patterns of a set: a first pass for all, and buckets of lingering patterns for a second look. */
export interface SetSearch {
  scan(text: string): readonly number[];
  /** Groups that together decide every pattern, each on its own. */
  streamGroups(): readonly StreamGroup[];
  stats(): SearchStats;
  bytes(): number;
}

interface SearchStats {
  readonly programNodes: number;
  readonly charClasses: number;
  readonly states: number;
  readonly builtTransitions: number;
  readonly cacheFlushes: number;
}

/** Patterns searched by the same second look. More would let their states multiply, fewer would cost more passes. */
interface Bucket {
  readonly members: readonly number[];
  readonly decides: readonly (readonly number[])[];
  /** Made when first wanted. */
  group: SearchGroup | undefined;
  wanted: boolean;
}

const bucketSize = 8;
/** Up to so many patterns without rare parts share a pass. */
const maxTogether = 12;
/** Shares of the set's memory: programs of the first pass, its states, buckets that every text needs, the other buckets. */
export const programShare = 0.2;
const statesShare = 0.3;
const alwaysShare = 0.1;
const bucketsShare = 0.3;
/** A single bucket's states may take so much of what all buckets have. */
const bucketShare = 0.2;
/** What a node of a program costs, with its edges. */
export const bytesPerNode = 20;

const noMatches: readonly number[] = Object.freeze([]);

/** True when one class repeats eight times or more somewhere in the tree. */
function hasLongRun(tree: SyntaxTree): boolean {
  if (tree.kind === "repeat") return (tree.item.kind === "chars" && tree.min >= 8) || hasLongRun(tree.item);
  return (tree.kind === "sequence" || tree.kind === "choice") && tree.items.some(hasLongRun);
}

/** Returns the plan for the patterns of a set that run over UTF-16; its pattern numbers count only those. */
export const planTextPatterns = (patterns: readonly CompiledPattern[]): FilterPlan =>
  planFilter(patterns.filter((pattern) => !pattern.usesBytes).map((pattern) => pattern.searchTree));

/** `plan` is that of `planTextPatterns`. */
export function createSearch(patterns: readonly PatternHandle[], plan: FilterPlan, maxBytes: number): SetSearch {
  const indexes = patterns.map((_, index) => index);
  const overText = indexes.filter((index) => !patterns[index]!.usesBytes);
  const overBytes = indexes.filter((index) => patterns[index]!.usesBytes);
  const decides = plan.decides.map((locals) => locals.map((local) => overText[local]!));
  const neededBy = plan.neededBy.map((locals) => locals.map((local) => overText[local]!));
  const needs = new Uint8Array(patterns.length);
  for (const [local, index] of overText.entries()) needs[index] = plan.needs[local]!;

  const lingering = overText.filter((index) => needs[index]! > 0);
  const buckets: Bucket[] = [];
  const bucketOf = new Map<number, Bucket>();
  const always: Bucket[] = [];
  const addBucket = (members: readonly number[]): Bucket => {
    const bucket: Bucket = { members, decides: members.map((member) => [member]), group: undefined, wanted: false };
    buckets.push(bucket);
    return bucket;
  };
  for (let i = 0; i < lingering.length; i += bucketSize) {
    const members = lingering.slice(i, i + bucketSize);
    const bucket = addBucket(members);
    for (const member of members) bucketOf.set(member, bucket);
  }
  const unfiltered = plan.unfiltered.map((local) => overText[local]!);
  // Counters of long runs (keys, addresses of wallets) and words each keep few states, but not together.
  const runs = unfiltered.filter((index) => hasLongRun(recompile(patterns[index]!).searchTree));
  const words = unfiltered.filter((index) => !runs.includes(index));
  const split = unfiltered.length > maxTogether ? [runs, words] : [unfiltered];
  for (const members of split) if (members.length > 0) always.push(addBucket(members));
  const byteBucket = overBytes.length > 0 ? addBucket(overBytes) : undefined;
  if (byteBucket !== undefined) always.push(byteBucket);

  const alone = buckets.length === 0;
  const firstPass = createGroup(
    plan.trees,
    false,
    Math.floor(maxBytes * (alone ? statesShare + alwaysShare + bucketsShare : statesShare)),
  );
  const alwaysBytes = Math.floor((maxBytes * alwaysShare) / Math.max(1, always.length));
  const bucketsBytes = Math.floor(maxBytes * bucketsShare);
  const bucketBytes = Math.floor(bucketsBytes * bucketShare);
  const live: Bucket[] = [];
  const groupOf = (bucket: Bucket): SearchGroup => {
    if (bucket.group !== undefined) return bucket.group;
    const isAlways = always.includes(bucket);
    if (!isAlways) {
      // The oldest go until one more fits; a bucket made for this text alone is rarely wanted by the next.
      while (live.length > 0 && liveBytes() + bucketBytes > bucketsBytes) live.shift()!.group = undefined;
      live.push(bucket);
    }
    const trees = bucket.members.map((member) => recompile(patterns[member]!).searchTree);
    return (bucket.group = createGroup(trees, bucket === byteBucket, isAlways ? alwaysBytes : bucketBytes));
  };
  const liveBytes = () => live.reduce((total, { group }) => total + (group === undefined ? 0 : groupBytes(group)), 0);
  const groups = () => [firstPass, ...buckets.flatMap((bucket) => bucket.group ?? [])];
  const sum = (value: (group: SearchGroup) => number) => groups().reduce((total, group) => total + value(group), 0);
  const seen = new Uint8Array(patterns.length);

  const found: number[] = [];
  const wanted: Bucket[] = [];

  /** Collects the buckets of patterns that had every part seen. */
  const wantBuckets = (list: readonly number[]): void => {
    for (const tree of list) {
      for (const pattern of neededBy[tree]!) {
        if (++seen[pattern]! !== needs[pattern]!) continue;
        const bucket = bucketOf.get(pattern)!;
        if (!bucket.wanted) wanted.push(bucket);
        bucket.wanted = true;
      }
    }
    for (const tree of list) for (const pattern of neededBy[tree]!) seen[pattern] = 0;
  };

  const searchBucket = (bucket: Bucket, text: string): void => {
    const group = groupOf(bucket);
    scanGroup(group, text);
    for (const local of group.findings.list) found.push(bucket.members[local]!);
  };

  return {
    scan(text) {
      scanGroup(firstPass, text);
      const { list } = firstPass.findings;
      if (list.length === 0 && always.length === 0) return noMatches;
      // Reused from scan to scan: benign text allocates nothing.
      found.length = 0;
      for (const tree of list) for (const pattern of decides[tree]!) found.push(pattern);
      for (const bucket of always) searchBucket(bucket, text);
      if (list.length > 0 && lingering.length > 0) {
        wantBuckets(list);
        for (const bucket of wanted) {
          bucket.wanted = false;
          searchBucket(bucket, text);
        }
        wanted.length = 0;
      }
      return found.length === 0 ? noMatches : found.slice().sort((a, b) => a - b);
    },
    streamGroups: () => [
      { group: firstPass, decides },
      ...buckets.map((bucket) => ({ group: groupOf(bucket), decides: bucket.decides })),
    ],
    stats: () => ({
      programNodes: sum((group) => group.automaton.program.size),
      charClasses: firstPass.classes.count,
      states: sum((group) => group.automaton.stateCount - 1),
      builtTransitions: sum((group) => group.automaton.builtTransitions),
      cacheFlushes: sum((group) => group.automaton.flushCount - 1),
    }),
    bytes: () => sum(groupBytes),
  };
}

const groupBytes = ({ automaton, classes }: SearchGroup): number =>
  automaton.bytes + automaton.work.bytes + classes.bytes + automaton.program.size * bytesPerNode;
