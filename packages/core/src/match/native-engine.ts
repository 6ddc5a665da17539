import { toByteText } from "./byte-tree";
import { buildCharClasses, type CharClasses, charKind } from "./char-classes";
import { createLazyAutomaton, freshRow, type LazyAutomaton } from "./lazy-automaton";
import { addPattern, createCharSets, createProgramBuilder, finishProgram } from "./program";
import { scanText } from "./scan-text";
import { clearFindings, createFindings, type Findings, scanEnd } from "./scan-units";
import type { SyntaxTree } from "./syntax-tree";

/** Trees searched in one pass over the same form of the text: UTF-16, or UTF-8 bytes for patterns with `\C` or `\B`. */
export interface SearchGroup {
  readonly overBytes: boolean;
  readonly classes: CharClasses;
  readonly automaton: LazyAutomaton;
  readonly findings: Findings;
}

export function createGroup(
  trees: readonly SyntaxTree[],
  overBytes: boolean,
  maxBytes: number,
  isNarrow = false,
  countsGaps = false,
): SearchGroup {
  const builder = createProgramBuilder(createCharSets(), countsGaps);
  for (const tree of trees) addPattern(builder, tree);
  const classes = buildCharClasses(builder.sets.list);
  const automaton = createLazyAutomaton(finishProgram(builder), classes, {
    anywhere: true,
    backward: false,
    maxBytes,
    isNarrow,
  });
  return { overBytes, classes, automaton, findings: createFindings(trees.length) };
}

/** What a node of a program costs, with its edges. */
export const bytesPerNode = 20;

/** What a group occupies now. */
export const groupBytes = ({ automaton, classes }: SearchGroup): number =>
  automaton.bytes + automaton.work.bytes + classes.bytes + automaton.program.bytes;

/** Forgets what was found and returns the row where a text begins. */
export function beginGroup({ automaton, findings }: SearchGroup): number {
  clearFindings(findings);
  automaton.stamp++;
  return freshRow(automaton, charKind.edge);
}

/** Scans one group; what it found is left in its findings. */
export function scanGroup(group: SearchGroup, text: string): void {
  const { automaton, findings } = group;
  const subject = group.overBytes ? toByteText(text).text : text;
  const row = scanText(automaton, subject, beginGroup(group), findings);
  if (row !== 0) scanEnd(automaton, row, findings);
}
