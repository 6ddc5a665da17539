import { categoryNames, categoryRuns, scriptNames, scriptRuns, simpleFolding } from "../gen/unicode-tables";
import { anyCodePoint, type CodeRanges, mergeRanges } from "./code-ranges";
import { createNumberReader } from "./number-reader";

type Groups = ReadonlyMap<string, CodeRanges>;

/** Decoded on first use: most pattern sets never name a property. */
let groups: Groups | undefined;
let orbits: ReadonlyMap<number, readonly number[]> | undefined;
let foldable: readonly number[] | undefined;

function readRuns(names: readonly string[], runs: string): Map<string, number[]> {
  const found = new Map<string, number[]>(names.map((name) => [name, []]));
  const reader = createNumberReader(runs);
  let at = 0;
  while (reader.more()) {
    const length = reader.next();
    const name = reader.next();
    if (name > 0) found.get(names[name - 1]!)!.push(at, at + length - 1);
    at += length;
  }
  return found;
}

function readGroups(): Groups {
  const categories = readRuns(categoryNames.split(" "), categoryRuns);
  const all = new Map<string, CodeRanges>([...categories, ...readRuns(scriptNames.split(" "), scriptRuns)]);
  for (const major of "CLMNPSZ") {
    const members = [...categories].filter(([name]) => name[0] === major).flatMap(([, ranges]) => ranges);
    all.set(major, mergeRanges(members));
  }
  all.set("Any", anyCodePoint);
  return all;
}

/** Returns the code points of a general category or a script, or undefined when RE2 knows no such name. */
export function findUnicodeGroup(name: string): CodeRanges | undefined {
  groups ??= readGroups();
  return groups.get(name);
}

function readOrbits(): Map<number, readonly number[]> {
  const members = new Map<number, number[]>();
  const reader = createNumberReader(simpleFolding);
  let at = 0;
  while (reader.more()) {
    at += reader.next();
    const target = at + reader.nextSigned();
    const orbit = members.get(target) ?? [target];
    orbit.push(at);
    members.set(target, orbit);
  }
  const all = new Map<number, readonly number[]>();
  for (const orbit of members.values()) for (const member of orbit) all.set(member, orbit);
  return all;
}

/** Returns every code point that folds to the same simple folding, `codePoint` included (Unicode CaseFolding, status C and S). */
export function findCaseOrbit(codePoint: number): readonly number[] {
  orbits ??= readOrbits();
  return orbits.get(codePoint) ?? [codePoint];
}

/** Returns `ranges` with every simple case variant added. */
export function foldRanges(ranges: CodeRanges): number[] {
  orbits ??= readOrbits();
  foldable ??= [...orbits.keys()].sort((a, b) => a - b);
  const more = [...ranges];
  for (let i = 0; i < ranges.length; i += 2) {
    const last = ranges[i + 1]!;
    for (let k = lowerBound(foldable, ranges[i]!); k < foldable.length && foldable[k]! <= last; k++) {
      for (const member of orbits.get(foldable[k]!)!) more.push(member, member);
    }
  }
  return mergeRanges(more);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
