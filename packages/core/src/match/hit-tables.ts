import type { FilterPlan } from "./filter-plan";
import { partShift } from "./literal-automaton";

/** Half as large where the numbers allow it. */
type Numbers = Uint16Array | Int32Array;

const narrow = (numbers: readonly number[] | Int32Array): Numbers => {
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > 0xffff) return Int32Array.from(numbers);
  return Uint16Array.from(numbers);
};

/** What a reader of hits asks a plan for, in the order in which it does. */
export interface HitTables {
  /** By report: where its parts begin that some pattern needs beside its anchor, each once. */
  readonly partStarts: Numbers;
  readonly neededParts: Numbers;
  /** By report: where those places in `patterns` begin that are looked for around one of its parts, each once. */
  readonly anchorStarts: Numbers;
  readonly anchorPlaces: Numbers;
  /** By part: where the patterns begin that are looked for around it. */
  readonly patternStarts: Int32Array;
  readonly patterns: Int32Array;
  /**
   * By part: what, with a literal's number times the part's patterns, makes the number of the first pair of that literal and a pattern that is looked
   * for around it.
   */
  readonly pairStarts: Int32Array;
  readonly pairCount: number;
  /** By place in `patterns`: the two other parts that the pattern has; what it lacks is the part after the last. */
  readonly firstNeeds: Int32Array;
  readonly secondNeeds: Int32Array;
  /** By pattern: its place in `patterns`; -1 for what is searched in every text. */
  readonly placeOf: Int32Array;
  readonly bytes: number;
}

export function createHitTables({ automaton, anchors, neededBy, needs, literalStarts }: FilterPlan): HitTables {
  const { reportStarts, reported, endings } = automaton;
  const reports = reportStarts.length - 1;
  const patternStarts = new Int32Array(anchors.length + 1);
  const pairStarts = new Int32Array(anchors.length);
  let pairCount = 0;
  const patterns: number[] = [];
  const placeOf = new Int32Array(needs.length).fill(-1);
  for (let part = 0; part < anchors.length; part++) {
    for (const pattern of anchors[part]!) placeOf[pattern] = patterns.push(pattern) - 1;
    pairStarts[part] = pairCount - literalStarts[part]! * anchors[part]!.length;
    pairCount += (literalStarts[part + 1]! - literalStarts[part]!) * anchors[part]!.length;
    patternStarts[part + 1] = patterns.length;
  }
  const partStarts = new Int32Array(reports + 1);
  const anchorStarts = new Int32Array(reports + 1);
  const neededParts: number[] = [];
  const anchorPlaces: number[] = [];
  /** By part: one more than the report it was last listed for. */
  const listedFor = new Int32Array(anchors.length);
  for (let report = 0; report < reports; report++) {
    for (let i = reportStarts[report]!; i < reportStarts[report + 1]!; i++) {
      const part = endings[reported[i]!]! >> partShift;
      if (listedFor[part] === report + 1) continue;
      listedFor[part] = report + 1;
      for (let place = patternStarts[part]!; place < patternStarts[part + 1]!; place++) anchorPlaces.push(place);
      if (neededBy[part]!.length > 0) neededParts.push(part);
    }
    partStarts[report + 1] = neededParts.length;
    anchorStarts[report + 1] = anchorPlaces.length;
  }
  const firstNeeds = new Int32Array(patterns.length).fill(anchors.length);
  const secondNeeds = new Int32Array(patterns.length).fill(anchors.length);
  for (let part = 0; part < anchors.length; part++)
    for (const pattern of neededBy[part]!) {
      const place = placeOf[pattern]!;
      (firstNeeds[place] === anchors.length ? firstNeeds : secondNeeds)[place] = part;
    }
  const tables = {
    partStarts: narrow(partStarts),
    neededParts: narrow(neededParts),
    anchorStarts: narrow(anchorStarts),
    anchorPlaces: narrow(anchorPlaces),
    patternStarts,
    patterns: Int32Array.from(patterns),
    pairStarts,
    firstNeeds,
    secondNeeds,
    placeOf,
  };
  const bytes = Object.values(tables).reduce((total, numbers) => total + numbers.byteLength, 0);
  return { ...tables, pairCount, bytes };
}
