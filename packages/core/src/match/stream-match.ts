import { toByteText } from "./byte-tree.js";
import { charKind } from "./char-classes.js";
import type { CompiledPattern } from "./compile-pattern.js";
import { internState } from "./lazy-automaton.js";
import type { PatternGroup } from "./native-engine.js";
import { createFindings, type Findings, scanEnd, scanText } from "./scan-text.js";
import type { MatchStream, PatternSet, StreamOptions, StreamStep } from "./types.js";

/** Where a group's automaton stands between two pieces; rows do not survive a flush, so it is the state itself. */
interface GroupState {
  readonly group: PatternGroup;
  readonly findings: Findings;
  kernel: Int32Array;
  context: number;
  finished: boolean;
}

const none = new Int32Array(0);

export function createStream(
  groups: readonly PatternGroup[],
  _set: PatternSet,
  _patterns: readonly CompiledPattern[],
  _options: StreamOptions,
): MatchStream {
  let states = groups.map(createGroupState);
  let pending = "";
  let length = 0;
  const step = (text: string, last: boolean): StreamStep => {
    const found: number[] = [];
    for (const state of states) {
      const before = state.findings.list.length;
      feed(state, text, last);
      for (const local of state.findings.list.slice(before)) found.push(state.group.members[local]!);
    }
    length += text.length;
    return { found: found.sort((a, b) => a - b), spans: [], releasedTo: length };
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
      const text = pending;
      const result = step(text, true);
      pending = "";
      length = 0;
      states = groups.map(createGroupState);
      return result;
    },
  };
}

function createGroupState(group: PatternGroup): GroupState {
  return {
    group,
    findings: createFindings(group.members.length),
    kernel: none,
    context: group.automaton.contextOfKind[charKind.edge]!,
    finished: false,
  };
}

function feed(state: GroupState, text: string, last: boolean): void {
  if (state.finished) return;
  const { automaton, overBytes, classes } = state.group;
  const subject = overBytes ? toByteText(text).text : text;
  automaton.stamp++;
  const begin = internState(automaton, state.kernel, state.context, none);
  const row = scanText(automaton, subject, 0, subject.length, begin, state.findings);
  if (row === 0) {
    state.finished = true;
    return;
  }
  if (last) scanEnd(automaton, row, state.findings);
  state.kernel = automaton.kernels[row / classes.stride]!;
  state.context = automaton.contexts[row / classes.stride]!;
}
