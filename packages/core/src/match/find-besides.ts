import { type CharClasses, classOf, findInterval, holdsClass } from "./char-classes";
import { foldedBelow, foldUnit, maxCodes } from "./fold-unit";
import { kindOf, nextOf, nodeKind, type Program } from "./program";
import { assertion } from "./syntax-tree";
import { maskWords, otherBits } from "./unit-masks";
import {
  type BackwardEdges,
  type Before,
  createProgramWalk,
  followNodes,
  markLate,
  markNear,
  type ProgramWalk,
  precedeNodes,
  reverseEdges,
  walkForward,
} from "./walk-program";

/** So many units are looked at on either side. */
const reach = 4;
/** Steps one literal may take, in nodes and characters. */
const maxSteps = 20_000;

type Mask = Int32Array;

/** Whether a literal is read by what can begin a match, or by what comes later only. */
export type BesideWhere = "anywhere" | "first" | "later";

/** The units that may stand somewhere: `offset` counts from the literal's beginning or from its end. */
export interface Beside {
  readonly offset: number;
  readonly fromEnd: boolean;
  readonly mask: Mask;
}

/** A literal in a program, with what is asked of both in every place. */
interface PlacedLiteral {
  readonly work: Work;
  readonly backward: BackwardEdges;
  /** By character: a bit for each class that may hold what is folded to it. */
  readonly unitClasses: readonly Int32Array[];
  readonly endsPlain: boolean;
}

/** Returns what `findBesides` asks for; undefined for half a character. */
export function placeLiteral(
  program: Program,
  classes: CharClasses,
  literal: ArrayLike<number>,
): PlacedLiteral | undefined {
  const units = readCodePoints(literal);
  if (units === undefined) return undefined;
  const work: Work = {
    ...createProgramWalk(program, maxSteps),
    classes,
    classSizes: measureClasses(classes),
    isNarrowSet: new Int8Array(classes.members.length / classes.memberWords),
  };
  return {
    work,
    backward: reverseEdges(program),
    unitClasses: units.map((unit) => classesOf(work, unit)),
    endsPlain: literal[literal.length - 1]! < 0xd800,
  };
}

/**
 * Returns what may stand around a literal wherever the pattern can read it; undefined when that cannot be told in `maxSteps`. Conditions such as
 * `\b` are taken to hold, and a unit of the literal stands for all that are folded to it. `where` leaves out what reads the literal elsewhere.
 */
export function findBesides(
  { work, backward, unitClasses, endsPlain }: PlacedLiteral,
  lead: number,
  trail: number,
  where: BesideWhere = "anywhere",
): Beside[] | undefined {
  work.left = maxSteps;
  const layers = readLiteral(work, unitClasses, listBeginnings(work, backward, lead, trail, where));
  if (layers === undefined) return undefined;
  const { first, last } = layers;
  const besides: Beside[] = [];
  const add = (offset: number, fromEnd: boolean, nodes: readonly number[], folded?: Int32Array) =>
    besides.push({ offset, fromEnd, mask: maskOf(work, nodes, folded) });
  add(0, false, first, unitClasses[0]);
  if (unitClasses.length > 1 && endsPlain) add(-1, true, last, unitClasses.at(-1));
  let nodes: readonly number[] | undefined = last;
  for (let i = 0; i < reach; i++) {
    nodes = followNodes(work, nodes);
    if (nodes === undefined) break;
    add(i, true, nodes);
  }
  nodes = first;
  let extra = 0;
  for (let i = 0; i < reach && (extra & assertion.lineStart) === 0; i++) {
    const before: Before | undefined = precedeNodes(work, backward, nodes);
    if (before === undefined) break;
    nodes = before.nodes;
    // What is past the edge of the text once is past it from there on.
    extra |= before.onlyAfter;
    const mask = maskOf(work, nodes);
    if (extra !== 0) mask[0]! |= (extra & assertion.lineStart) !== 0 ? 1 | (1 << 10) : 1;
    besides.push({ offset: -1 - i, fromEnd: false, mask });
  }
  return work.left > 0 ? besides : undefined;
}

interface Work extends ProgramWalk {
  readonly classes: CharClasses;
  readonly classSizes: Float64Array;
  /** By set: 1 when literals may be read by it, -1 when not, 0 when not asked yet. */
  readonly isNarrowSet: Int8Array;
}

function measureClasses({ count, intervalStarts, intervalClasses }: CharClasses): Float64Array {
  const sizes = new Float64Array(count);
  for (let i = 0; i < intervalStarts.length; i++)
    sizes[intervalClasses[i]!]! += (intervalStarts[i + 1] ?? 0x110000) - intervalStarts[i]!;
  return sizes;
}

/** Literals are made of classes of few characters only: what reads others, such as `[^.]`, reads none of them. */
function isNarrowNode({ program, classes, classSizes, isNarrowSet }: Work, node: number): boolean {
  const set = program.values[node]!;
  if (isNarrowSet[set] === 0) {
    let size = 0;
    for (let c = 0; c < classes.count; c++) if (holdsClass(classes, set, c)) size += classSizes[c]!;
    isNarrowSet[set] = size <= maxCodes ? 1 : -1;
  }
  return isNarrowSet[set] === 1;
}

/** Returns the code points of a literal; undefined when it holds half of one. */
function readCodePoints(literal: ArrayLike<number>): number[] | undefined {
  const units: number[] = [];
  for (let i = 0; i < literal.length; i++) {
    const unit = literal[i]!;
    if (unit < 0xd800 || unit > 0xdfff) units.push(unit);
    else {
      const low = unit < 0xdc00 ? literal[++i] : undefined;
      if (low === undefined || low < 0xdc00 || low > 0xdfff) return undefined;
      units.push(0x10000 + ((unit - 0xd800) << 10) + low - 0xdc00);
    }
  }
  return units.length === 0 ? undefined : units;
}

/** Returns the nodes that read a character at most so many characters after the beginning and before the end of some match. */
function listBeginnings(
  work: Work,
  backward: BackwardEdges,
  lead: number,
  trail: number,
  where: BesideWhere,
): number[] {
  const { program } = work;
  const { size } = program;
  const near = lead < 0 ? undefined : markNear(work, lead);
  const late = trail < 0 ? undefined : markLate(work, backward, trail);
  const first = where === "anywhere" ? undefined : markNear(work, 0);
  const wanted = where === "first" ? 1 : 0;
  const nodes: number[] = [];
  for (let node = 0; node < size; node++) {
    if (kindOf(program, node) !== nodeKind.chars || near?.[node] === 0 || late?.[node] === 0) continue;
    if (first === undefined || first[node] === wanted) nodes.push(node);
  }
  return nodes;
}

interface ReadNodes {
  /** The nodes that read the literal's first and last character where all of it can be read. */
  readonly first: readonly number[];
  readonly last: readonly number[];
}

function readLiteral(
  work: Work,
  unitClasses: readonly Int32Array[],
  beginnings: readonly number[],
): ReadNodes | undefined {
  const { program } = work;
  let layer = beginnings.filter((node) => readsAny(work, node, unitClasses[0]!));
  /** By character: pairs of a node and one that reads the next character after it. */
  const links: number[][] = [];
  for (let i = 1; i < unitClasses.length; i++) {
    const link: number[] = [];
    const next = new Set<number>();
    for (const node of layer) {
      walkForward(work, nextOf(program, node), (target) => {
        if (kindOf(program, target) !== nodeKind.chars || !readsAny(work, target, unitClasses[i]!)) return;
        link.push(node, target);
        next.add(target);
      });
      if (work.left <= 0) return undefined;
    }
    links.push(link);
    layer = [...next];
  }
  // Nodes from which the rest cannot be read do not count.
  let alive = new Set(layer);
  for (let i = links.length - 1; i >= 0; i--) {
    const before = new Set<number>();
    const link = links[i]!;
    for (let k = 0; k < link.length; k += 2) if (alive.has(link[k + 1]!)) before.add(link[k]!);
    alive = before;
  }
  if (layer.length === 0 || alive.size === 0) return undefined;
  return { first: [...alive], last: layer };
}

/** True when a unit of the literal, which is of one of the classes, may be read by the node. */
const readsAny = (work: Work, node: number, wanted: Int32Array): boolean => {
  if (!isNarrowNode(work, node)) return false;
  const { members, memberWords } = work.classes;
  const from = work.program.values[node]! * memberWords;
  for (let word = 0; word < memberWords; word++) if ((wanted[word]! & members[from + word]!) !== 0) return true;
  return false;
};

/** More characters than this are not folded one by one. */
const fewChars = 64;
/** Two signs past `foldedBelow` that are folded all the same. */
const foldedSigns = [0x212a, 0x212b];

const addClass = (found: Int32Array, c: number): void => {
  found[c >> 5]! |= 1 << (c & 31);
};

/** Returns a bit for each class that may hold a character folded to `unit`. */
function classesOf(work: Work, unit: number): Int32Array {
  const { classes } = work;
  const { intervalStarts, intervalClasses } = classes;
  const found = new Int32Array(classes.memberWords);
  if (unit < 128) {
    for (let code = 0; code < 128; code++) if (foldUnit(code) === unit) addClass(found, classOf(classes, code));
  }
  for (let i = findInterval(intervalStarts, 128); i < intervalStarts.length; i++) {
    const from = Math.max(128, intervalStarts[i]!);
    const to = (intervalStarts[i + 1] ?? 0x110000) - 1;
    work.left--;
    const isIn = unit >= from && unit <= to;
    let mayHold = isIn;
    if (!isIn && unit < foldedBelow) {
      mayHold = from < foldedBelow || foldedSigns.some((sign) => sign >= from && sign <= to);
      if (mayHold && to - from < fewChars) {
        mayHold = false;
        for (let code = from; code <= to && !mayHold; code++) mayHold = foldUnit(code) === unit;
        work.left -= to - from;
      }
    }
    if (mayHold) addClass(found, intervalClasses[i]!);
  }
  return found;
}

/** Returns the units that the nodes can read, of the classes in `folded` when that is given. */
function maskOf({ program, classes }: Work, nodes: readonly number[], folded?: Int32Array): Mask {
  const { intervalStarts, intervalClasses, members, memberWords } = classes;
  const allowed = new Int32Array(memberWords);
  for (let i = 0; i < nodes.length; i++) {
    const from = program.values[nodes[i]!]! * memberWords;
    for (let word = 0; word < memberWords; word++) allowed[word]! |= members[from + word]!;
  }
  if (folded !== undefined) for (let word = 0; word < memberWords; word++) allowed[word]! &= folded[word]!;
  const mask = new Int32Array(maskWords);
  for (let i = 0; i < intervalStarts.length; i++) {
    const c = intervalClasses[i]!;
    if (((allowed[c >> 5]! >>> (c & 31)) & 1) === 0) continue;
    const to = (intervalStarts[i + 1] ?? 0x110000) - 1;
    for (let code = intervalStarts[i]!; code <= Math.min(to, 127); code++) mask[code >> 5]! |= 1 << (code & 31);
    if (to > 127) mask[0]! |= otherBits(Math.max(128, intervalStarts[i]!), to);
  }
  return mask;
}
