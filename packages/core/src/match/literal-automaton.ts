import { foldUnit } from "./fold-unit";
import { buildLiteralTrie, type LiteralTrie } from "./literal-trie";
import { codeOfLiteral, codeRow, createUnitCodes, giveOwnCode, rowsShift, type UnitCodes } from "./rough-codes";

/**
 * Finds which of many literals a text holds, in one pass (Aho and Corasick 1975): a state is the longest beginning of a literal
 * that the text read so far ends with, so there are never more states than the literals have units, whatever the text. Both
 * are read as rough codes.
 *
 * A state has two rows, for the codes of ASCII and for the others. At a state's own number stands its row for ASCII or, when other units are among
 * what it stands for, the other one, so that ASCII is read with one look a character. States that report come last, so that one comparison
 * tells them. Leaves, of which no literal goes on, need no row: reading goes on in the longest shorter state that has one. Rows that lead
 * nowhere a shorter state does not lead are shared with it.
 */
export interface LiteralAutomaton {
  readonly stateCount: number;
  /** From here on states report. State 0 stands for "nothing read". */
  readonly reports: number;
  /** By state, but for leaves of other units than ASCII: where reading goes on, which is itself but for leaves. */
  readonly continues: Uint16Array;
  readonly unitCodes: UnitCodes;
  /** `rows[2 * state + (code >> 6)]` is the number of a row. */
  readonly rows: Uint16Array;
  /** `table[(row << 6) + (code & 63)]` is the next state. */
  readonly table: Uint16Array;
  /** By report, which is a state less `reports`: where its literals begin. */
  readonly reportStarts: Int32Array;
  /** The literals that end in states that report: first those that something is looked for around, of both kinds the longest first. */
  readonly reported: Uint16Array | Int32Array;
  /**
   * By literal: `part << 14 | next << 7 | flags | units`; the units are those that stand before the state in which it ends, `next` is some bits of the two
   * that follow them in the literal (`hintOf`), 0 where the state tells all but one.
   */
  readonly endings: Int32Array;
  /**
   * The units of literals, without boundaries, for `spelledUnit`: compared with the text where the state does not tell enough. A byte each where all of a
   * literal are ASCII, as most are, and else two; `spelledStarts[n]` is where literal n begins, times two, and one more where they are two.
   */
  readonly spelled: Uint8Array;
  readonly spelledStarts: Int32Array;
  /** The most units of a literal that states tell. */
  readonly maxLength: number;
  /** 1: the last long block had hardly any hits; for blocks of ASCII and for others. It decides how blocks are read, never what is found. */
  readonly wasSparse: Uint8Array;
  readonly bytes: number;
}

/** The units of a literal. */
export const literalLength = ({ spelledStarts }: LiteralAutomaton, literal: number): number =>
  ((spelledStarts[literal + 1]! >> 1) - (spelledStarts[literal]! >> 1)) >> (spelledStarts[literal]! & 1);

/** Unit `i` of a literal. */
export function spelledUnit({ spelled, spelledStarts }: LiteralAutomaton, literal: number, i: number): number {
  const start = spelledStarts[literal]!;
  const isWide = start & 1;
  const at = (start >> 1) + (i << isWide);
  return isWide === 0 ? spelled[at]! : spelled[at]! | (spelled[at + 1]! << 8);
}

/** Where a literal ends that begins at `place`. */
export const literalEnd = (automaton: LiteralAutomaton, literal: number, place: number): number =>
  place + literalLength(automaton, literal);

/** True when the folded text holds a literal at `place`. */
export function isSpelled(automaton: LiteralAutomaton, literal: number, text: string, place: number) {
  const length = literalLength(automaton, literal);
  if (place + length > text.length) return false;
  // Most of what differs does so at the end: the beginning was read by states.
  for (let i = length - 1; i >= 0; i--)
    if (foldUnit(text.charCodeAt(place + i)) !== spelledUnit(automaton, literal, i)) return false;
  return true;
}

/** True when a state that reading goes on in stands for ASCII alone; from such a one ASCII may be read with one look a character. */
export const isNarrow = ({ rows }: LiteralAutomaton, state: number): boolean => rows[state << rowsShift] === state;

export const partShift = 14;
export const nextShift = 7;
export const hintMask = 127;
/** Flags of an ending. */
export const mustCompare = 64;
export const endsAtBoundary = 32;
export const beginsAtBoundary = 16;
export const unitsMask = 15;

/** Hundreds of literals begin as "system" does, of which states tell no more; by what follows most of them are told apart without comparing them. */
export const hintOf = (first: number, second: number): number => (first * 5 + second) & hintMask;

/**
 * Returns an automaton for non-empty literals, or undefined when they need too many states. Its states tell at most the first `depth` units
 * of each, at most 15; what is longer has to be compared with the text. Literal n stands for the part `partOf[n]`: to keep those apart that
 * several parts share takes less time than to find them. By part, `isAnchor` is 1 where something is looked for around it.
 */
export function createLiteralAutomaton(
  literals: readonly string[],
  partOf: readonly number[],
  depth: number,
  maxBytes: number,
  isAnchor: Uint8Array,
): LiteralAutomaton | undefined {
  const spelling = spellLiterals(literals);
  const { spelled, spelledStarts } = spelling;
  const unitCodes = createUnitCodes();
  for (let i = 0; i < literals.length; i++)
    if (spelledStarts[i + 1]! - spelledStarts[i]! === 1) giveOwnCode(unitCodes, spelled[spelledStarts[i]!]!);
  const trie = buildLiteralTrie(spelled, spelledStarts, depth, (unit) => codeOfLiteral(unitCodes, foldUnit(unit)));
  if (trie === undefined) return undefined;
  const { count } = trie;
  const own = collectEndings(trie);
  const ranks = rankStates(trie, own.totals);
  const { rank, reports } = ranks;
  const tables = buildTables(trie, ranks, Math.floor(maxBytes / 128));
  if (tables === undefined) return undefined;

  const reportCount = count - reports;
  const reportStarts = new Int32Array(reportCount + 1);
  const byReport = new Uint16Array(reportCount);
  let total = 0;
  for (let node = 0; node < count; node++) {
    if (own.totals[node] === 0) continue;
    const report = rank[node]! - reports;
    reportStarts[report + 1] = own.totals[node]!;
    byReport[report] = node;
    total += own.totals[node]!;
  }
  if (2 * total > maxBytes) return undefined;
  for (let i = 0; i < reportCount; i++) reportStarts[i + 1]! += reportStarts[i]!;
  const reported = new (literals.length > 0xffff ? Int32Array : Uint16Array)(reportStarts[reportCount]!);
  for (let report = 0; report < reportCount; report++) {
    let at = reportStarts[report]!;
    const end = reportStarts[report + 1]!;
    // Most have one kind only.
    for (let kind = 1; at < end; kind--)
      for (let node = byReport[report]!; node !== 0; node = trie.fails[node]!)
        for (let i = own.starts[node]!; i < own.starts[node + 1]!; i++)
          if (isAnchor[partOf[own.literals[i]!]!] === kind) reported[at++] = own.literals[i]!;
  }
  const { rows, table, continues } = tables;
  const packed = packSpelling(spelling);
  const bytes =
    unitCodes.codes.byteLength +
    rows.byteLength +
    table.byteLength +
    continues.byteLength +
    reportStarts.byteLength +
    reported.byteLength +
    4 * literals.length +
    packed.spelled.byteLength +
    spelledStarts.byteLength +
    128;
  return {
    stateCount: count,
    reports,
    continues,
    unitCodes,
    rows,
    table,
    reportStarts,
    reported,
    endings: describeEndings(trie, spelling, partOf),
    ...packed,
    maxLength: trie.depths[trie.byDepth[count - 1]!]!,
    wasSparse: new Uint8Array(2),
    bytes,
  };
}

interface Spelling {
  readonly spelled: Uint16Array;
  readonly spelledStarts: Int32Array;
  /** By literal: what stands in its endings for its boundaries. */
  readonly flags: Uint8Array;
}

/** Boundaries stand at the ends of a literal only. */
function spellLiterals(literals: readonly string[]): Spelling {
  const spelledStarts = new Int32Array(literals.length + 1);
  const flags = new Uint8Array(literals.length);
  let room = 0;
  for (let i = 0; i < literals.length; i++) room += literals[i]!.length;
  const units = new Uint16Array(room);
  let at = 0;
  for (let i = 0; i < literals.length; i++) {
    const literal = literals[i]!;
    const { length } = literal;
    const from = at;
    for (let k = 0; k < length; k++) {
      const unit = literal.charCodeAt(k);
      if (unit !== 0) units[at++] = unit;
      else flags[i]! |= at === from ? beginsAtBoundary : endsAtBoundary;
    }
    spelledStarts[i + 1] = at;
  }
  return { spelled: at === room ? units : units.slice(0, at), spelledStarts, flags };
}

/** Returns them as an automaton keeps them. */
function packSpelling({ spelled, spelledStarts }: Spelling): Pick<LiteralAutomaton, "spelled" | "spelledStarts"> {
  const starts = new Int32Array(spelledStarts.length);
  const bytes = new Uint8Array(2 * spelled.length);
  let at = 0;
  for (let literal = 0; literal + 1 < starts.length; literal++) {
    const from = spelledStarts[literal]!;
    const to = spelledStarts[literal + 1]!;
    let isWide = 0;
    for (let i = from; i < to; i++) if (spelled[i]! > 127) isWide = 1;
    starts[literal] = (at << 1) | isWide;
    for (let i = from; i < to; i++) {
      bytes[at++] = spelled[i]!;
      if (isWide === 1) bytes[at++] = spelled[i]! >> 8;
    }
  }
  starts[starts.length - 1] = at << 1;
  return { spelled: bytes.slice(0, at), spelledStarts: starts };
}

/** By literal: see `endings`. */
const describeEndings = (
  { ends, wide, depths }: LiteralTrie,
  { spelled, spelledStarts, flags }: Spelling,
  partOf: readonly number[],
): Int32Array =>
  Int32Array.from(ends, (node, literal) => {
    const told = depths[node]!;
    const next = spelledStarts[literal]! + told;
    const isLonger = next < spelledStarts[literal + 1]!;
    const hint = next + 1 < spelledStarts[literal + 1]! ? hintOf(spelled[next]!, spelled[next + 1]!) << nextShift : 0;
    const compare = isLonger || wide[node] === 1 ? mustCompare : 0;
    return (partOf[literal]! << partShift) | hint | compare | flags[literal]! | told;
  });

/** By node: what ends there, from `starts[node]` on, and how much ends there and in the shorter states it falls back to. */
function collectEndings({ ends, byDepth, fails, count }: LiteralTrie) {
  const starts = new Int32Array(count + 2);
  for (let literal = 0; literal < ends.length; literal++) starts[ends[literal]! + 2]!++;
  const totals = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    totals[node] = starts[node + 2]!;
    starts[node + 2]! += starts[node + 1]!;
  }
  const literals = new Int32Array(ends.length);
  for (let literal = 0; literal < ends.length; literal++) literals[starts[ends[literal]! + 1]!++] = literal;
  for (let i = 1; i < count; i++) totals[byDepth[i]!]! += totals[fails[byDepth[i]!]!]!;
  return { starts, literals, totals };
}

/** How states are numbered. */
interface Ranks extends Pick<LiteralAutomaton, "reports"> {
  readonly rank: Uint16Array;
  /** The first leaf: the states before it have a row at their own number. */
  readonly leaves: number;
  /** The first leaf that holds other codes than those of ASCII. */
  readonly wideLeaves: number;
}

/** Orders states by kind, then by depth: silent, reporting, leaves; of each those that hold other codes than ASCII last. */
function rankStates({ count, wide, byDepth, firstChild }: LiteralTrie, totals: Int32Array): Ranks {
  const kinds = new Uint8Array(count);
  const next = [0, 0, 0, 0, 0, 0, 0];
  for (let node = 0; node < count; node++) {
    const kind = (totals[node] === 0 ? 0 : firstChild[node] !== 0 ? 2 : 4) + wide[node]!;
    kinds[node] = kind;
    next[kind + 1]!++;
  }
  for (let kind = 1; kind < next.length; kind++) next[kind]! += next[kind - 1]!;
  const [, , reports = 0, , leaves = 0, wideLeaves = 0] = next;
  const rank = new Uint16Array(count);
  for (let i = 0; i < count; i++) rank[byDepth[i]!] = next[kinds[byDepth[i]!]!]!++;
  return { rank, reports, leaves, wideLeaves };
}

function buildTables(trie: LiteralTrie, { rank, leaves, wideLeaves }: Ranks, maxRows: number) {
  const { count, fails, wide, byDepth, firstChild, nextSibling, codes } = trie;
  const rows = new Uint16Array(count << rowsShift);
  const continues = new Uint16Array(wideLeaves);
  // Rows that are not shared: one for each state that goes on, and one for the codes of the other kind where there are such children.
  let needed = leaves + 1;
  for (let node = 1; node < count; node++) {
    let own = 1 << wide[node]!;
    for (let child = firstChild[node]!; child !== 0; child = nextSibling[child]!) {
      const bit = 1 << (codes[child]! >> codeShift);
      if ((own & bit) === 0) needed++;
      own |= bit;
    }
  }
  if (needed > maxRows || needed > 0xffff) return undefined;
  const table = new Uint16Array(needed << codeShift);
  let nextRow = leaves;
  for (const node of byDepth) {
    const state = rank[node]!;
    const fail = rank[fails[node]!]!;
    const first = state << rowsShift;
    const isOwn = state < leaves;
    rows.copyWithin(first, fail << rowsShift, (fail + 1) << rowsShift);
    let own = 0;
    if (isOwn) {
      const at = wide[node]!;
      own = 1 << at;
      if (node !== 0) copyRow(table, rows[first + at]!, state);
      rows[first + at] = state;
    }
    if (node === 0) {
      own = 3;
      rows[1] = nextRow++;
    }
    for (let child = firstChild[node]!; child !== 0; child = nextSibling[child]!) {
      const code = codes[child]!;
      const at = code >> codeShift;
      if ((own & (1 << at)) === 0) {
        own |= 1 << at;
        copyRow(table, rows[first + at]!, nextRow);
        rows[first + at] = nextRow++;
      }
      table[(rows[first + at]! << codeShift) + (code & (codeRow - 1))] = rank[child]!;
    }
    // What is shorter comes first, so that it is known where a leaf's own leaf goes on.
    if (state < wideLeaves) continues[state] = isOwn ? state : continues[fail]!;
  }
  return { rows, table, continues };
}

const codeShift = 6;

function copyRow(table: Uint16Array, from: number, to: number): void {
  table.copyWithin(to << codeShift, from << codeShift, (from + 1) << codeShift);
}
