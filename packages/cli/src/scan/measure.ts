import { createTextDetector, type Detector, type DetectorOptions } from "./detectors";

/** A labelled text, as labelled files have it; each detector reads the labels that concern it. */
export interface LabelledRow {
  readonly text: string;
  readonly label?: string;
  readonly tier?: string;
  readonly lang?: string;
  readonly kind?: string;
  readonly labels?: readonly string[];
  readonly judged?: readonly string[];
  readonly flagged?: boolean | null;
  readonly spans?: readonly { readonly start: number; readonly end: number; readonly type: string }[];
  readonly annotated_types?: readonly string[];
}

/** How many of a group of texts were flagged. Of texts that should be (`wanted`) that is recall, of others it is the false positives. */
export interface GroupScore {
  readonly group: string;
  readonly lang: string;
  readonly wanted: boolean;
  readonly rows: number;
  readonly flagged: number;
  readonly share: number;
}

/** What a label means for one detector; undefined where it says nothing. */
type ReadLabel = (row: LabelledRow) => { readonly group: string; readonly wanted: boolean } | undefined;

const readYesOrNo: ReadLabel = ({ label, tier }) =>
  label === "attack" || label === "benign" ? { group: tier ?? label, wanted: label === "attack" } : undefined;

const labels: Readonly<Record<Detector, ReadLabel>> = {
  injection: readYesOrNo,
  pii: readYesOrNo,
  moderation: readYesOrNo,
  secrets: ({ label, kind, tier }) =>
    label === "secret"
      ? { group: kind === undefined ? "secret" : groupOfKind(kind), wanted: true }
      : label === "clean" || label === "benign"
        ? { group: label === "clean" && kind !== undefined ? groupOfKind(kind) : (tier ?? label), wanted: false }
        : undefined,
};

/** Kinds are many: how they are named tells where they come from. */
function groupOfKind(kind: string): string {
  if (kind.startsWith("lookalike:")) return "lookalikes";
  const scheme = /^(np|agt|oai-guardrails|llm-guard|validator)\b/.exec(kind)?.[1];
  if (scheme) return /generic|password|pwhash|http|odbc|netrc|psexec|vmware/i.test(kind) ? `${scheme} general` : scheme;
  return /generic|curl|jwt|private-key/.test(kind) ? "rules general" : "rules of providers";
}

/** Shares by group and language; groups of more than one language also together (`*`). */
export function measureTexts(
  detector: Detector,
  rows: readonly LabelledRow[],
  rule: Readonly<Record<string, unknown>> = {},
): GroupScore[] {
  const detect = createTextDetector(optionsFor(detector, rule));
  const counts = new Map<string, { group: string; lang: string; wanted: boolean; rows: number; flagged: number }>();
  const count = (group: string, lang: string, wanted: boolean, isFlagged: boolean): void => {
    const key = JSON.stringify([group, lang, wanted]);
    const known = counts.get(key) ?? { group, lang, wanted, rows: 0, flagged: 0 };
    known.rows++;
    if (isFlagged) known.flagged++;
    counts.set(key, known);
  };
  for (const row of rows) {
    const read = labels[detector](row);
    if (!read) continue;
    const isFlagged = detect(row.text).flagged.length > 0;
    count(read.group, "*", read.wanted, isFlagged);
    if (row.lang) count(read.group, row.lang, read.wanted, isFlagged);
  }
  const all = [...counts.values()].map((one) => ({ ...one, share: one.flagged / one.rows }));
  const isOnly = ({ group, wanted, lang }: GroupScore): boolean =>
    lang !== "*" && all.filter((other) => other.group === group && other.wanted === wanted).length === 2;
  return all.filter((one) => !isOnly(one)).sort(byGroup);
}

const optionsFor = (detector: Detector, rule: Readonly<Record<string, unknown>>): DetectorOptions => ({
  detectors: [detector],
  rules: { [detector]: rule },
});

const byGroup = (a: GroupScore, b: GroupScore): number =>
  Number(b.wanted) - Number(a.wanted) ||
  (a.group < b.group ? -1 : a.group > b.group ? 1 : 0) ||
  (a.lang < b.lang ? -1 : 1);

/** Precision and recall of a detector over all texts that are labelled for it. */
export function summarise(scores: readonly GroupScore[]): {
  precision: number;
  recall: number;
  falsePositives: number;
} {
  const sum = (wanted: boolean, field: "rows" | "flagged"): number =>
    scores.reduce((total, one) => (one.wanted === wanted && one.lang === "*" ? total + one[field] : total), 0);
  const found = sum(true, "flagged");
  const wrong = sum(false, "flagged");
  return {
    precision: found + wrong === 0 ? 1 : found / (found + wrong),
    recall: sum(true, "rows") === 0 ? 1 : found / sum(true, "rows"),
    falsePositives: sum(false, "rows") === 0 ? 0 : wrong / sum(false, "rows"),
  };
}
