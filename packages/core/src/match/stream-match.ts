import { toByteText } from "./byte-tree.js";
import { charKind } from "./char-classes.js";
import { internState } from "./lazy-automaton.js";
import type { SearchGroup } from "./native-engine.js";
import { scanText } from "./scan-text.js";
import { createFindings, type Findings, scanEnd } from "./scan-units.js";
import type { MatchStream, StreamStep } from "./types.js";

/** Where a group's automaton stands between two pieces; rows do not survive a flush, so it is the state itself. */
interface GroupState {
  readonly source: StreamGroup;
  readonly findings: Findings;
  kernel: Int32Array;
  context: number;
  finished: boolean;
}

/** A group that decides patterns by itself, and which by what it finds. */
export interface StreamGroup {
  readonly group: SearchGroup;
  readonly decides: readonly (readonly number[])[];
}

const none = new Int32Array(0);

export function createStream(groups: readonly StreamGroup[]): MatchStream {
  let states = groups.map(createGroupState);
  let pending = "";
  let length = 0;
  const step = (text: string, last: boolean): StreamStep => {
    const found: number[] = [];
    for (const state of states) {
      const before = state.findings.list.length;
      feed(state, text, last);
      for (const local of state.findings.list.slice(before)) found.push(...state.source.decides[local]!);
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

function createGroupState(source: StreamGroup): GroupState {
  const { group } = source;
  return {
    source,
    findings: createFindings(source.decides.length),
    kernel: none,
    context: group.automaton.contextOfKind[charKind.edge]!,
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
