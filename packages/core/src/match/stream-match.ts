import { matchLimits } from "../gen/match-limits.js";
import { toByteText } from "./byte-tree.js";
import { charKind } from "./char-classes.js";
import { type PatternHandle, recompile } from "./compile-pattern.js";
import { internState } from "./lazy-automaton.js";
import type { SearchGroup } from "./native-engine.js";
import { scanText } from "./scan-text.js";
import { createFindings, type Findings, scanEnd } from "./scan-units.js";
import { createSpanTracker, type SpanTracker } from "./track-spans.js";
import type { MatchStream, StreamOptions, StreamSpan, StreamStep } from "./types.js";

/** Where a group's automaton stands between two pieces; rows do not survive a flush, so it is the state itself. */
interface GroupState {
  readonly source: StreamGroup;
  readonly findings: Findings;
  kernel: Int32Array;
  context: number;
  finished: boolean;
}

/** A group that decides patterns by itself, and which pattern each of its trees is. */
export interface StreamGroup {
  readonly group: SearchGroup;
  readonly decides: readonly number[];
}

interface PatternTracker {
  readonly pattern: number;
  readonly tracker: SpanTracker;
}

const none = new Int32Array(0);

export function createStream(
  groups: readonly StreamGroup[],
  patterns: readonly PatternHandle[],
  options: StreamOptions,
): MatchStream {
  const maxHoldBack = Math.max(1, Math.min(options.maxHoldBack ?? matchLimits.maxHoldBack, matchLimits.maxHoldBack));
  const wanted = [...new Set(options.spans ?? [])]
    .filter((pattern) => patterns[pattern] !== undefined)
    .sort((a, b) => a - b);
  const createTrackers = (): PatternTracker[] =>
    wanted.map((pattern) => ({ pattern, tracker: createSpanTracker(recompile(patterns[pattern]!), maxHoldBack) }));
  let states = groups.map(createGroupState);
  let trackers = createTrackers();
  /** A high surrogate whose other half has not come yet. */
  let pending = "";
  let held = "";
  let heldFrom = 0;

  const step = (text: string, last: boolean): StreamStep => {
    const found: number[] = [];
    for (const state of states) {
      const before = state.findings.list.length;
      feed(state, text, last);
      for (let i = before; i < state.findings.list.length; i++)
        found.push(state.source.decides[state.findings.list[i]!]!);
    }
    held += text;
    const end = heldFrom + held.length;
    const spans: StreamSpan[] = [];
    let releasedTo = end;
    for (const { pattern, tracker } of trackers) {
      for (const span of tracker.read(held, heldFrom, last)) spans.push({ pattern, ...span });
      releasedTo = Math.min(releasedTo, tracker.heldFrom());
    }
    held = held.slice(releasedTo - heldFrom);
    heldFrom = releasedTo;
    spans.sort((a, b) => a.start - b.start || a.pattern - b.pattern);
    return { found: found.sort((a, b) => a - b), spans, releasedTo };
  };

  return {
    push(chunk) {
      const text = pending + chunk;
      const lastUnit = text.charCodeAt(text.length - 1);
      const cut = lastUnit >= 0xd800 && lastUnit <= 0xdbff ? text.length - 1 : text.length;
      pending = text.slice(cut);
      return step(text.slice(0, cut), false);
    },
    end() {
      const result = step(pending, true);
      pending = "";
      held = "";
      heldFrom = 0;
      states = groups.map(createGroupState);
      trackers = createTrackers();
      return result;
    },
  };
}

function createGroupState(source: StreamGroup): GroupState {
  return {
    source,
    findings: createFindings(source.decides.length),
    kernel: none,
    context: source.group.automaton.contextOfKind[charKind.edge]!,
    finished: false,
  };
}

function feed(state: GroupState, text: string, last: boolean): void {
  if (state.finished) return;
  const { automaton, overBytes, classes } = state.source.group;
  const subject = overBytes ? toByteText(text).text : text;
  automaton.stamp++;
  const begin = internState(automaton, state.kernel, state.context, none);
  const row = scanText(automaton, subject, begin, state.findings);
  if (row === 0) {
    state.finished = true;
    return;
  }
  if (last) scanEnd(automaton, row, state.findings);
  state.kernel = automaton.kernels[row / classes.stride]!;
  state.context = automaton.contexts[row / classes.stride]!;
}
