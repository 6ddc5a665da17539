import { createTextDetector } from "./detectors";
import type { LabelledRow } from "./measure";
import { kindsOfCategory } from "./pii-kinds";

/** What was found of one kind of personal data, in all languages (`*`) or in one. */
export interface PiiScore {
  readonly kind: string;
  readonly lang: string;
  /** Spans annotated, and hits of ours on kinds that were annotated. */
  readonly expected: number;
  readonly reported: number;
  readonly found: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A row with spans: offsets in code points; of types that are not annotated nothing is known, without a list it is all that the file names. */
export type PiiRow = Pick<LabelledRow, "text" | "lang" | "spans" | "annotated_types">;

/** What was missed or reported in vain, to be looked at. */
export interface PiiMistake<Row extends PiiRow> {
  readonly kind: string;
  readonly row: Row;
  readonly missed: string | undefined;
  readonly wrong: string | undefined;
}

interface Counts {
  expected: number;
  reported: number;
  found: number;
}

/**
 * Precision, recall and F1 by kind of personal data and language, in the order of their names; languages where a kind has several. A
 * span is found when a hit of its kind covers at least half of both together; a hit of a kind that is not annotated in its text is not counted.
 */
export function measurePii<Row extends PiiRow>(
  rows: readonly Row[],
  onMistake?: (mistake: PiiMistake<Row>) => void,
): PiiScore[] {
  const detect = createTextDetector({ detectors: ["pii"] });
  const named = new Set(rows.flatMap(({ spans = [] }) => spans.map(({ type }) => type)));
  const counts = new Map<string, Map<string, Counts>>();
  const count = (kind: string, lang: string | undefined, field: keyof Counts): void => {
    const own = counts.get(kind) ?? new Map<string, Counts>();
    counts.set(kind, own);
    for (const key of lang ? ["*", lang] : ["*"]) {
      const one = own.get(key) ?? { expected: 0, reported: 0, found: 0 };
      own.set(key, one);
      one[field]++;
    }
  };
  for (const row of rows) {
    const { text, lang, spans } = row;
    if (spans === undefined) continue;
    const counted = row.annotated_types === undefined ? named : new Set(row.annotated_types);
    const cut = (start: number, end: number): string => [...text].slice(start, end).join("");
    const hits = detect(text).findings.flatMap(({ category, start, end }) => {
      const kinds = namesOf(category).filter((kind) => counted.has(kind));
      return kinds.length === 0 ? [] : [{ kinds, start, end }];
    });
    const free = new Set(hits);
    for (const span of spans) {
      if (!counted.has(span.type)) continue;
      const hit = [...free].find(
        ({ kinds, start, end }) => kinds.includes(span.type) && overlaps(span, { start, end }),
      );
      count(span.type, lang, "expected");
      if (hit) {
        count(span.type, lang, "found");
        count(span.type, lang, "reported");
        free.delete(hit);
      } else onMistake?.({ kind: span.type, row, missed: cut(span.start, span.end), wrong: undefined });
    }
    for (const { kinds, start, end } of free) {
      const kind = kinds[0] ?? "";
      count(kind, lang, "reported");
      onMistake?.({ kind, row, missed: undefined, wrong: cut(start, end) });
    }
  }
  return [...counts]
    .flatMap(([kind, own]) =>
      [...own].filter(([lang]) => lang === "*" || own.size > 2).map(([lang, one]) => score(kind, lang, one)),
    )
    .sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.lang < b.lang ? -1 : 1));
}

/** What labels may call a category: its kinds, or its own name. */
const namesOf = (category: string): readonly string[] => [
  ...new Set([...kindsOfCategory(category), category, category.toUpperCase()]),
];

function score(kind: string, lang: string, count: Counts): PiiScore {
  const precision = count.reported === 0 ? 1 : count.found / count.reported;
  const recall = count.expected === 0 ? 1 : count.found / count.expected;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { kind, lang, ...count, precision, recall, f1 };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Whether two spans have at least half of what they cover together in common. */
export function overlaps(a: Range, b: Range): boolean {
  const common = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  const both = Math.max(a.end, b.end) - Math.min(a.start, b.start);
  return common > 0 && common * 2 >= both;
}
