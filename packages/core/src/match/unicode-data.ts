import { categoryNames, categoryRuns, scriptNames, scriptRuns, simpleFolding } from "../gen/unicode-tables";
import { anyCodePoint, type CodeRanges, mergeRanges } from "./code-ranges";
import { createNumberReader } from "./number-reader";

/** Decoded on first use: most pattern sets name no property, and hardly any a script. */
let categories: Map<string, CodeRanges> | undefined;
let scripts: Map<string, CodeRanges> | undefined;
let orbits: ReadonlyMap<number, readonly number[]> | undefined;
let foldable: readonly number[] | undefined;

function readRuns(names: readonly string[], runs: string): Map<string, CodeRanges> {
  const lists = names.map((): number[] => []);
  const [lengths, values] = runs.split(" ").map(createNumberReader);
  let at = 0;
  while (lengths!.more()) {
    const length = lengths!.next();
    const name = values!.next();
    if (name > 0) lists[name - 1]!.push(at, at + length - 1);
    at += length;
  }
  return new Map(names.map((name, i) => [name, lists[i]!]));
}

const majorCategories = "CLMNPSZ";

/** The categories whose names begin with a letter, together. */
const readMajor = (letter: string, all: ReadonlyMap<string, CodeRanges>): CodeRanges =>
  mergeRanges([...all].filter(([name]) => name.length === 2 && name[0] === letter).flatMap(([, ranges]) => ranges));

/** Returns the code points of a general category or a script, or undefined when RE2 knows no such name. */
export function findUnicodeGroup(name: string): CodeRanges | undefined {
  if (name === "Any") return anyCodePoint;
  categories ??= readRuns(categoryNames.split(" "), categoryRuns);
  const known = categories.get(name);
  if (known !== undefined) return known;
  if (name.length === 1 && majorCategories.includes(name)) {
    const major = readMajor(name, categories);
    categories.set(name, major);
    return major;
  }
  scripts ??= readRuns(scriptNames.split(" "), scriptRuns);
  return scripts.get(name);
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
