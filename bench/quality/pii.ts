import { compile, evaluate } from "@holdpoint/core";
import { categoriesOfKind, kindOfCategory } from "./pii-kinds";

/** One labelled text: offsets in code points; of types that are not annotated nothing is known. */
export interface PiiRow {
  readonly text: string;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string }[];
  readonly annotated_types: readonly string[];
  readonly lang?: string;
  /** Texts of this name cut names and addresses oddly: only kinds with a fixed format are counted there. */
  readonly subset?: string;
}

export interface PiiScore {
  readonly kind: string;
  /** Spans annotated, and hits of ours on kinds that were annotated. */
  readonly expected: number;
  readonly reported: number;
  readonly found: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** What was missed or reported in vain, to be looked at. */
export interface PiiMistake {
  readonly kind: string;
  readonly row: PiiRow;
  readonly missed: string | undefined;
  readonly wrong: string | undefined;
}

const oddlyCut = "generated_large.json";
const countedThere = new Set(["CREDIT_CARD", "IBAN", "SSN", "PHONE", "EMAIL", "IP_ADDRESS"]);

/**
 * Precision, recall and F1 per kind of personal data, in the order of the kinds' names. A span is found when a hit of its kind
 * covers at least half of both together; a hit of a kind that is not annotated in its text is not counted.
 */
export function measurePii(rows: readonly PiiRow[], onMistake?: (mistake: PiiMistake) => void): PiiScore[] {
  const find = createFinder();
  const counts = new Map<string, { expected: number; reported: number; found: number }>();
  const countOf = (kind: string) => {
    const known = counts.get(kind) ?? { expected: 0, reported: 0, found: 0 };
    counts.set(kind, known);
    return known;
  };
  for (const row of rows) {
    const counted = new Set(row.annotated_types.filter((type) => row.subset !== oddlyCut || countedThere.has(type)));
    const points = [...row.text];
    const hits = find(row.text).filter(({ kinds }) => kinds.some((kind) => counted.has(kind)));
    const free = new Set(hits);
    for (const span of row.spans) {
      if (!counted.has(span.type)) continue;
      const hit = [...free].find(
        ({ kinds, start, end }) => kinds.includes(span.type) && overlaps(span, { start, end }),
      );
      const count = countOf(span.type);
      count.expected++;
      if (hit) {
        count.found++;
        count.reported++;
        free.delete(hit);
      } else
        onMistake?.({ kind: span.type, row, missed: points.slice(span.start, span.end).join(""), wrong: undefined });
    }
    for (const { kinds, start, end } of free) {
      const kind = kinds.find((name) => counted.has(name)) ?? "";
      countOf(kind).reported++;
      onMistake?.({ kind, row, missed: undefined, wrong: points.slice(start, end).join("") });
    }
  }
  return [...counts].map(([kind, count]) => score(kind, count)).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function score(kind: string, count: { expected: number; reported: number; found: number }): PiiScore {
  const precision = count.reported === 0 ? 1 : count.found / count.reported;
  const recall = count.expected === 0 ? 1 : count.found / count.expected;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { kind, ...count, precision, recall, f1 };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function overlaps(a: Range, b: Range): boolean {
  const common = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  const both = Math.max(a.end, b.end) - Math.min(a.start, b.start);
  return common > 0 && common * 2 >= both;
}

/** Finds with the defaults of the policy type: the default confidence, and all categories where none is named. */
function createFinder(
  categories: readonly string[] = [],
): (text: string) => (Range & { readonly kinds: readonly string[] })[] {
  const ruleDefinition = { denied_pii_types: categories };
  const compiled = compile([{ id: "pii", policyType: "pii_access", enforcementMode: "monitor", ruleDefinition }]);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  return (input) => {
    const request = { agentId: "measured", input };
    const { violations } = evaluate(compiled.plan, request, { read: () => 0 }, () => 0);
    return violations.flatMap(({ evidence }) =>
      evidence.map(({ start, end, category }) => ({
        start: start ?? 0,
        end: end ?? 0,
        kinds: kindOfCategory(category ?? ""),
      })),
    );
  };
}

export interface PiiValueRow {
  readonly value: string;
  readonly type: string;
  readonly label: "valid" | "invalid";
}

export interface PiiValueScore {
  readonly kind: string;
  readonly label: string;
  readonly values: number;
  /**
   * Valid values reported, invalid ones not reported: alone, by a rule that asks for that kind and by one that asks for all, and
   * after a word that names their kind.
   */
  readonly rightAsked: number;
  readonly rightAlone: number;
  readonly rightNamed: number;
}

export type PiiValueWay = "asked" | "alone" | "named";

/** How single values are judged; rows of kinds without a word of ours for them are left out. */
export function measurePiiValues(
  rows: readonly PiiValueRow[],
  onMistake?: (row: PiiValueRow, way: PiiValueWay) => void,
): PiiValueScore[] {
  const find = createFinder();
  const finders = new Map<string, ReturnType<typeof createFinder>>();
  const finderFor = (kind: string): ReturnType<typeof createFinder> => {
    const known = finders.get(kind) ?? createFinder(categoriesOfKind(kind));
    finders.set(kind, known);
    return known;
  };
  const counts = new Map<
    string,
    { kind: string; label: string; values: number; rightAsked: number; rightAlone: number; rightNamed: number }
  >();
  for (const row of rows) {
    const word = wordOfKind[row.type];
    if (word === undefined) continue;
    const key = `${row.type} ${row.label}`;
    const count = counts.get(key) ?? {
      kind: row.type,
      label: row.label,
      values: 0,
      rightAsked: 0,
      rightAlone: 0,
      rightNamed: 0,
    };
    counts.set(key, count);
    count.values++;
    const isRight = (text: string, search: ReturnType<typeof createFinder>): boolean => {
      const from = [...text].length - [...row.value].length;
      const whole = { start: from, end: from + [...row.value].length };
      const reported = search(text).some((hit) => hit.kinds.includes(row.type) && overlaps(hit, whole));
      return reported === (row.label === "valid");
    };
    if (isRight(row.value, finderFor(row.type))) count.rightAsked++;
    else onMistake?.(row, "asked");
    if (isRight(row.value, find)) count.rightAlone++;
    else onMistake?.(row, "alone");
    if (isRight(`${word}: ${row.value}`, find)) count.rightNamed++;
    else onMistake?.(row, "named");
  }
  return [...counts.values()].sort((a, b) => (a.kind + a.label < b.kind + b.label ? -1 : 1));
}

const wordOfKind: Readonly<Record<string, string>> = {
  PHONE: "phone",
  POSTAL_CODE: "postal code",
  TAX_ID: "tax id",
  NATIONAL_ID: "national id",
  PASSPORT: "passport number",
  VEHICLE_REGISTRATION: "license plate",
  IP_ADDRESS: "IP address",
  EMAIL: "e-mail",
  MAC_ADDRESS: "MAC address",
  IBAN: "IBAN",
  CRYPTO_ADDRESS: "wallet",
  CREDIT_CARD: "card number",
  DEVICE_ID: "IMEI",
  BANK_ACCOUNT: "routing number",
  BIC: "BIC",
};
