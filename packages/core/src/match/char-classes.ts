import { type CodeRanges, maxCodePoint } from "./code-ranges";

/** What a position can know of the character beside it. */
export const charKind = { other: 0, newline: 1, word: 2, edge: 3 } as const;

/**
 * The code points of a text, sorted into classes that no pattern of the set can tell apart. The first classes, all of ASCII
 * and the most common others, are columns of the transition table; after them come `stampColumn` (when the row was last
 * reported), `slowColumn` (never filled: it leads surrogates and rare classes out of the fast loop) and `restColumn`. The end of the text is
 * class `endClass`, one past the others; transitions without a column are kept in a hash table.
 */
export interface CharClasses {
  readonly count: number;
  readonly endClass: number;
  /** Classes below this have a column. */
  readonly columnCount: number;
  readonly stampColumn: number;
  readonly slowColumn: number;
  /** 1 in rows where no match is under way. */
  readonly restColumn: number;
  readonly stride: number;
  /** `unitColumns[(pages[unit >> 5] << 5) + (unit & 31)]` is the column of a UTF-16 unit. */
  readonly pages: Uint8Array;
  readonly unitColumns: Uint8Array;
  /** One bit per class and set, `memberWords` numbers a set: see `holdsClass`. */
  readonly members: Int32Array;
  readonly memberWords: number;
  /** The kind of each class, then of `endClass`. */
  readonly kinds: Uint8Array;
  /** First code points of the intervals, ascending, and the class of each. */
  readonly intervalStarts: Int32Array;
  readonly intervalClasses: Uint8Array | Uint16Array;
  readonly bytes: number;
}

const wordRanges: CodeRanges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const newlineRanges: CodeRanges = [10, 10];

/** More columns would make rows so long that few states fit. */
const maxColumns = 128;

/** Frequent characters get the first columns, so that the busy part of a row shares few cache lines. */
const frequent = " etaoinsrhldcumfpgwybvk.,xjqz\nTIASCEHMWBPNROLDFG0123456789-'\"()";

/** Returns the coarsest classes that still tell apart every set, word characters and newline. */
export function buildCharClasses(sets: readonly CodeRanges[]): CharClasses {
  const { starts, classes, indexOf } = partition([wordRanges, newlineRanges, ...sets]);
  const { order, count } = orderClasses(starts, classes);
  const ranked = Array.from(classes, (c) => order[c]!);
  const intervalClasses = (count < 0x100 ? Uint8Array : Uint16Array).from(ranked);
  const intervalStarts = Int32Array.from(starts);

  const memberWords = (count + 31) >> 5;
  const members = new Int32Array(sets.length * memberWords);
  for (let s = 0; s < sets.length; s++) {
    const set = sets[s]!;
    for (let i = 0; i < set.length; i += 2) {
      const end = endOf(set, i, indexOf, starts);
      for (let k = indexOf.get(set[i]!)!; k < end; k++) {
        const c = intervalClasses[k]!;
        members[s * memberWords + (c >> 5)]! |= 1 << (c & 31);
      }
    }
  }
  const kinds = new Uint8Array(count + 1);
  for (let i = 0; i < wordRanges.length; i += 2)
    for (let k = indexOf.get(wordRanges[i]!)!; k < endOf(wordRanges, i, indexOf, starts); k++)
      kinds[intervalClasses[k]!] = charKind.word;
  kinds[intervalClasses[indexOf.get(10)!]!] = charKind.newline;
  kinds[count] = charKind.edge;

  const columnCount = Math.min(count, maxColumns);
  const { pages, unitColumns } = buildPages(intervalStarts, intervalClasses, columnCount);
  const bytes =
    members.byteLength +
    (sharedPages.includes(pages) ? 0 : pages.byteLength) +
    unitColumns.byteLength +
    intervalStarts.byteLength +
    intervalClasses.byteLength;
  return {
    count,
    endClass: count,
    columnCount,
    stampColumn: columnCount,
    slowColumn: columnCount + 1,
    restColumn: columnCount + 2,
    stride: columnCount + 3,
    pages,
    unitColumns,
    members,
    memberWords,
    kinds,
    intervalStarts,
    intervalClasses,
    bytes,
  };
}

/** True when a set holds the characters of a class. */
export const holdsClass = ({ members, memberWords }: CharClasses, set: number, c: number): boolean =>
  ((members[set * memberWords + (c >> 5)]! >>> (c & 31)) & 1) === 1;

/** Splits the code space at every border of every set, then tells intervals apart set by set. */
function partition(sets: readonly CodeRanges[]): Intervals {
  // Pages of surrogates must hold nothing else.
  const borders = new Set<number>([0, 0xd800, 0xe000, 0x10000]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      borders.add(set[i]!);
      if (set[i + 1]! < maxCodePoint) borders.add(set[i + 1]! + 1);
    }
  }
  const starts = Int32Array.from(borders).sort();
  const indexOf = new Map<number, number>();
  for (let i = 0; i < starts.length; i++) indexOf.set(starts[i]!, i);
  const classes = new Int32Array(starts.length);
  /** By class: the last set that named it anew, and how. */
  const renamedBy: number[] = [-1];
  const names: number[] = [0];
  for (let s = 0; s < sets.length; s++) {
    const set = sets[s]!;
    for (let i = 0; i < set.length; i += 2) {
      const end = endOf(set, i, indexOf, starts);
      for (let k = indexOf.get(set[i]!)!; k < end; k++) {
        const old = classes[k]!;
        if (renamedBy[old] !== s) {
          renamedBy[old] = s;
          names[old] = names.push(-1) - 1;
          renamedBy.push(-1);
        }
        classes[k] = names[old]!;
      }
    }
  }
  return { starts, classes, indexOf };
}

interface Intervals {
  readonly starts: Int32Array;
  /** Which intervals belong together, by numbers that say nothing else. */
  readonly classes: Int32Array;
  /** By first code point: the interval. */
  readonly indexOf: ReadonlyMap<number, number>;
}

/** Returns the interval after the one where a range of a set ends. */
const endOf = (set: CodeRanges, i: number, indexOf: Intervals["indexOf"], starts: Int32Array): number =>
  set[i + 1]! < maxCodePoint ? indexOf.get(set[i + 1]! + 1)! : starts.length;

/** Returns the number of each class, and how many there are. */
function orderClasses(starts: Int32Array, classes: Int32Array): { order: Int32Array; count: number } {
  let most = 0;
  for (let i = 0; i < classes.length; i++) most = Math.max(most, classes[i]!);
  const order = new Int32Array(most + 1).fill(-1);
  let count = 0;
  const rank = (c: number) => {
    if (order[c]! < 0) order[c] = count++;
  };
  const ofAscii = new Int32Array(128);
  for (let code = 0, i = 0; code < 128; code++) {
    if (i + 1 < starts.length && starts[i + 1]! <= code) i++;
    ofAscii[code] = classes[i]!;
  }
  for (let i = 0; i < frequent.length; i++) rank(ofAscii[frequent.charCodeAt(i)]!);
  for (let code = 0; code < 128; code++) rank(ofAscii[code]!);
  // Then by how much of the code space a class covers, so that what no pattern names comes before single letters of a script.
  const sizes = new Int32Array(most + 1);
  for (let i = 0; i < classes.length; i++)
    sizes[classes[i]!]! += Math.min(0x10000, (starts[i + 1] ?? 0x10000) - starts[i]!);
  for (let i = 0; i < classes.length; i++) if (sizes[classes[i]!]! >= 64) rank(classes[i]!);
  for (let i = 0; i < classes.length; i++) rank(classes[i]!);
  return { order, count };
}

export function findInterval(starts: ArrayLike<number>, codePoint: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= codePoint) low = middle;
    else high = middle;
  }
  return low;
}

/** Returns the class of any code point; for those a table of units does not hold. */
export function classOf({ intervalStarts, intervalClasses }: CharClasses, codePoint: number): number {
  // Most of what is asked for are pictures, past all that patterns name.
  const last = intervalStarts.length - 1;
  return intervalClasses[codePoint >= intervalStarts[last]! ? last : findInterval(intervalStarts, codePoint)]!;
}

/** So many units are a page: in longer ones a single letter of a script costs more. */
const pageLength = 32;
/** The number of a page is a byte. What would take more of them is led out of the fast loop. */
const maxPages = 255;

/** Pages of a single column are shared. Those of ASCII come first: none is of a single one, since each holds a newline, a digit or a letter. */
function buildPages(starts: Int32Array, classes: ArrayLike<number>, columnCount: number) {
  const slowColumn = columnCount + 1;
  const columnOf = (interval: number) => (classes[interval]! < columnCount ? classes[interval]! : slowColumn);
  const pages = new Uint8Array(0x10000 / pageLength);
  const columns: number[] = [];
  const uniform = new Map<number, number>();
  let interval = 0;
  for (let page = 0; page < pages.length; page++) {
    const first = page * pageLength;
    const surrogate = first >= 0xd800 && first < 0xe000;
    while (interval + 1 < starts.length && starts[interval + 1]! <= first) interval++;
    const single = interval + 1 >= starts.length || starts[interval + 1]! >= first + pageLength;
    const isSlow = surrogate || columns.length >= maxPages * pageLength;
    const column = isSlow ? slowColumn : single ? columnOf(interval) : -1;
    let index = uniform.get(column);
    if (index === undefined) {
      index = columns.length / pageLength;
      if (column >= 0) uniform.set(column, index);
      for (let unit = first, i = interval; unit < first + pageLength; unit++) {
        while (i + 1 < starts.length && starts[i + 1]! <= unit) i++;
        columns.push(column < 0 ? columnOf(i) : column);
      }
    }
    pages[page] = index;
  }
  return { pages: sharePages(pages), unitColumns: Uint8Array.from(columns) };
}

/** Most patterns of a set name characters of the same few pages. */
const sharedPages: Uint8Array[] = [];
const maxShared = 128;

function sharePages(pages: Uint8Array): Uint8Array {
  const same = sharedPages.find((other) => other.every((index, page) => index === pages[page]));
  if (same !== undefined) return same;
  if (sharedPages.length < maxShared) sharedPages.push(pages);
  return pages;
}
