import { matchLimits } from "../gen/match-limits.js";
import { type CompiledPattern, compilePattern } from "./compile-pattern.js";
import { explainPattern } from "./explain-pattern.js";
import type { Span } from "./find-spans.js";
import { createGroup, createSpanFinders, type PatternGroup, scanGroup } from "./native-engine.js";
import { createStream } from "./stream-match.js";
import type { CompileSetResult, PatternProblem, PatternSet, PatternSource } from "./types.js";

export interface CompileSetOptions {
  /** The most bytes the set may occupy, caches included; default and ceiling `maxSetBytes` of the limits. */
  readonly maxBytes?: number;
}

const noMatches: readonly number[] = Object.freeze([]);
const noSpans: readonly Span[] = Object.freeze([]);

/** What a node of a program costs, with its edges and its places in the work area. */
const bytesPerNode = 40;

/** Returns a set of all patterns, or every reason why there is none. Never throws. */
export function compileSet(patterns: readonly PatternSource[], options: CompileSetOptions = {}): CompileSetResult {
  const maxBytes = clamp(options.maxBytes ?? matchLimits.maxSetBytes, matchLimits.minSetBytes, matchLimits.maxSetBytes);
  const compiled = compileAll(patterns, maxBytes);
  if ("problems" in compiled) return { ok: false, problems: compiled.problems };
  return { ok: true, set: createNativeSet(compiled.patterns, maxBytes) };
}

const clamp = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? low : Math.min(high, Math.max(low, Math.floor(value)));

function compileAll(
  sources: readonly PatternSource[],
  maxBytes: number,
): { patterns: CompiledPattern[] } | { problems: PatternProblem[] } {
  const patterns: CompiledPattern[] = [];
  const problems: PatternProblem[] = [];
  const ids = new Set<string>();
  const maxNodes = Math.floor(maxBytes / 2 / bytesPerNode);
  let nodes = 0;
  for (const source of sources) {
    if (patterns.length + problems.length >= matchLimits.maxPatterns) {
      problems.push({
        id: source.id,
        position: 0,
        message: `the set has more than ${matchLimits.maxPatterns} patterns; split it`,
      });
      break;
    }
    if (ids.has(source.id))
      problems.push({ id: source.id, position: 0, message: "another pattern of the set has the same id" });
    ids.add(source.id);
    const pattern = compilePattern(source);
    if ("message" in pattern) {
      problems.push(pattern);
      continue;
    }
    nodes += pattern.searchNodes;
    if (nodes > maxNodes) {
      problems.push({
        id: source.id,
        position: 0,
        message: `the set grows past its ${maxBytes} bytes at this pattern; split it`,
      });
      break;
    }
    patterns.push(pattern);
  }
  return problems.length > 0 ? { problems } : { patterns };
}

function createNativeSet(patterns: readonly CompiledPattern[], maxBytes: number): PatternSet {
  const indexes = patterns.map((_, index) => index);
  const overBytes = indexes.filter((index) => patterns[index]!.usesBytes);
  const overText = indexes.filter((index) => !patterns[index]!.usesBytes);
  const both = overBytes.length > 0 && overText.length > 0;
  const groups: PatternGroup[] = [];
  for (const members of [overText, overBytes]) {
    if (members.length > 0)
      groups.push(createGroup(patterns, members, members === overBytes, both ? maxBytes / 2 : maxBytes));
  }
  const groupOf = (pattern: number) => groups.find((group) => group.overBytes === patterns[pattern]!.usesBytes)!;
  const finders = createSpanFinders(patterns, groupOf, maxBytes);
  const known = (pattern: number) => Number.isInteger(pattern) && pattern >= 0 && pattern < patterns.length;

  const set: PatternSet = {
    ids: Object.freeze(patterns.map((pattern) => pattern.source.id)),
    scan(text) {
      let found: number[] | undefined;
      for (const group of groups) {
        scanGroup(group, text);
        const { list } = group.findings;
        if (list.length > 0) found = [...(found ?? []), ...list.map((local) => group.members[local]!)];
      }
      return found === undefined ? noMatches : found.sort((a, b) => a - b);
    },
    spans: (text, pattern) => (known(pattern) ? finders.find(text, pattern) : noSpans),
    stream: (streamOptions = {}) => createStream(groups, set, patterns, streamOptions),
    explain: (pattern) => (known(pattern) ? explainPattern(patterns[pattern]!) : undefined),
    stats() {
      const sum = (value: (group: PatternGroup) => number) => groups.reduce((total, group) => total + value(group), 0);
      return {
        engine: "native",
        patterns: patterns.length,
        programNodes: sum((group) => group.automaton.program.size),
        charClasses: sum((group) => group.classes.count),
        states: sum((group) => group.automaton.stateCount - 1),
        builtTransitions: sum((group) => group.automaton.builtTransitions),
        cacheFlushes: sum((group) => group.automaton.flushCount - 1),
        bytes: sum((group) => automatonBytes(group)) + finders.bytes(),
        maxBytes,
      };
    },
  };
  return set;
}

const automatonBytes = (group: PatternGroup): number =>
  group.automaton.bytes +
  group.automaton.work.bytes +
  group.classes.bytes +
  group.automaton.program.size * bytesPerNode;
