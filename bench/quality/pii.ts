import {
  createTextDetector,
  kindsOfCategory,
  measurePii,
  overlaps,
  type PiiRow,
  piiCategories,
} from "../../packages/cli/src/index";
import { createCheckDigits } from "./own/check-digits";

export type { PiiRow };

/** Texts of this name cut names and addresses oddly: only kinds with a fixed format are counted there. */
const oddlyCut = "generated_large.json";
const countedThere = new Set(["CREDIT_CARD", "IBAN", "SSN", "PHONE", "EMAIL", "IP_ADDRESS"]);

/** `measurePii` over rows of the development data. */
export const measureSpans = (
  rows: readonly (PiiRow & { readonly subset?: string })[],
  onMistake?: Parameters<typeof measurePii>[1],
): ReturnType<typeof measurePii> =>
  measurePii(
    rows.map((row) =>
      row.subset === oddlyCut
        ? { ...row, annotated_types: (row.annotated_types ?? []).filter((type) => countedThere.has(type)) }
        : row,
    ),
    onMistake,
  );

export interface CheckedScore {
  readonly expected: number;
  readonly reported: number;
  readonly found: number;
  readonly f1: number;
}

const idKinds = ["NATIONAL_ID", "TAX_ID", "COMPANY_ID", "HEALTH_ID"];

/**
 * The four kinds of numbers that authorities give, together: of those that have the form of one with check digits and pass them, whether
 * annotated or reported. A single number without check digits does not count on either side.
 */
export function measureChecked(rows: Parameters<typeof measureSpans>[0]): CheckedScore {
  const passes = createCheckDigits(kindsOfCategory);
  let [missed, wrong] = [0, 0];
  measureSpans(rows, (mistake) => {
    if (!idKinds.includes(mistake.kind) || !passes(mistake.kind, mistake.missed ?? mistake.wrong ?? "")) return;
    if (mistake.missed === undefined) wrong++;
    else missed++;
  });
  const expected = rows.flatMap(({ text, spans = [], annotated_types }) =>
    spans.filter(
      ({ start, end, type }) =>
        idKinds.includes(type) &&
        (annotated_types?.includes(type) ?? true) &&
        passes(type, [...text].slice(start, end).join("")),
    ),
  ).length;
  const found = expected - missed;
  const reported = found + wrong;
  return { expected, reported, found, f1: found === 0 ? 0 : (2 * found) / (expected + reported) };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The categories of the catalogue that answer to a kind: what a rule names that asks for it. */
const categoriesOfKind = (kind: string): readonly string[] =>
  piiCategories.filter((category) => kindsOfCategory(category).includes(kind));

/** Finds with the defaults of the policy type: the default confidence, and all categories where none is named. */
function createFinder(
  categories: readonly string[] = [],
): (text: string) => (Range & { readonly kinds: readonly string[] })[] {
  const detect = createTextDetector({ detectors: ["pii"], rules: { pii: { denied_pii_types: categories } } });
  return (text) =>
    detect(text).findings.map(({ start, end, category }) => ({ start, end, kinds: kindsOfCategory(category) }));
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
