import { writeFileSync } from "node:fs";
import { colors, exitCodes, printJson, UsageProblem } from "./print";
import { createQuoter } from "./scan/create-quoter";
import { createTextDetector, type DetectedText, type Detector, detectorNames } from "./scan/detectors";
import { type GroupScore, type LabelledRow, measureTexts, summarise } from "./scan/measure";
import { measureModeration } from "./scan/measure-moderation";
import { measurePii, type PiiScore } from "./scan/measure-pii";
import { type LabelledFile, readLabelled } from "./scan/read-labelled";
import { readRows } from "./scan/read-rows";
import { readSource } from "./scan/read-source";
import { type ReportSection, writeReport } from "./scan/report-html";
import { formatGroups, formatModeration, formatPii, percent } from "./scan/report-table";
import { type PlacedFinding, scanLongText } from "./scan/scan-long-text";
import { createProgressLine } from "./scan/show-progress";

export interface ScanOptions {
  readonly detectors?: string;
  readonly jsonl?: boolean;
  readonly field?: string;
  readonly redact?: boolean;
  readonly json?: boolean;
  readonly report?: boolean;
  readonly label?: string;
  readonly html?: string;
}

/** Scans a text or JSON Lines; status 0 when nothing was found, 1 when something was, 2 when it cannot be read. */
export async function scanCommand(path: string, options: ScanOptions): Promise<number> {
  const detectors = readDetectors(options.detectors);
  if (options.html !== undefined && !options.report) throw new UsageProblem("--html needs --report");
  if (options.label !== undefined && !options.report) throw new UsageProblem("--label needs --report");
  if (options.redact && options.report) throw new UsageProblem("--redact and --report exclude each other");
  const isLines = options.jsonl ?? (options.report === true || /\.(?:jsonl|ndjson)$/i.test(path));
  if (options.field !== undefined && !isLines) throw new UsageProblem("--field needs JSON Lines, see --jsonl");
  const source = await readSource(path);
  if (options.report) return report(source, path, detectors, options);
  const detect = createTextDetector({ detectors });
  return isLines ? scanLines(source, path, detect, options) : scanText(source, path, detect, options);
}

function readDetectors(written: string | undefined): readonly Detector[] {
  if (written === undefined) return detectorNames;
  const names = written.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !detectorNames.includes(name as Detector));
  if (unknown !== undefined)
    throw new UsageProblem(
      `unknown detector \`${unknown.slice(0, 32)}\`, expected some of ${detectorNames.join(", ")}`,
    );
  return detectorNames.filter((name) => names.includes(name));
}

type Detect = (text: string) => DetectedText;

function scanText(text: string, path: string, detect: Detect, { redact, json }: ScanOptions): number {
  const progress = createProgressLine(text.length);
  const { findings, flagged, redacted } = scanLongText(text, detect, progress.say);
  progress.clear();
  if (json) printJson({ file: path, flagged: [...flagged].sort(), findings, ...(redact ? { redacted } : {}) });
  else if (redact) process.stdout.write(redacted);
  else {
    const quote = createQuoter(text, findings);
    for (const finding of findings) console.log(formatFinding(finding, path, finding.line, quote(finding)));
    printUnplaced(flagged, findings, path);
  }
  return flagged.size > 0 ? exitCodes.findings : exitCodes.fine;
}

function scanLines(source: string, path: string, detect: Detect, options: ScanOptions): number {
  const { redact, json, field = "text" } = options;
  let found = 0;
  const rows = readRows(source, path, field);
  const progress = createProgressLine(rows.reduce((sum, { text }) => sum + text.length, 0));
  let done = 0;
  for (const { line, text, written } of rows) {
    const { findings, flagged, redacted } = scanLongText(text, detect);
    progress.clear();
    if (flagged.size > 0) found++;
    if (json && !redact) console.log(JSON.stringify({ line, flagged: [...flagged].sort(), findings }));
    else if (redact) console.log(JSON.stringify({ ...written, [field]: redacted }));
    else {
      const quote = createQuoter(text, findings);
      for (const finding of findings) console.log(formatFinding(finding, path, line, quote(finding), finding.line));
      printUnplaced(flagged, findings, `${path}:${line}`);
    }
    done += text.length;
    progress.say(done);
  }
  progress.clear();
  if (!json && !redact) console.log(colors.dim(`${found} of ${rows.length} texts flagged`));
  return found > 0 ? exitCodes.findings : exitCodes.fine;
}

/** `file:3:7 critical secrets github_token`, then the line with what was found marked, values of secrets and persons hidden. */
function formatFinding(
  { detector, category, severity, score, column }: PlacedFinding,
  path: string,
  line: number,
  quoted: string,
  lineInText?: number,
): string {
  const paint = severity === "critical" || severity === "high" ? colors.red : colors.yellow;
  const place =
    lineInText === undefined || lineInText === 1
      ? `${path}:${line}:${column}`
      : `${path}:${line} (line ${lineInText}:${column})`;
  const sure = score > 1 ? `${score} of 100` : score.toFixed(2);
  return `${colors.bold(place)} ${paint(severity)} ${detector} ${colors.cyan(category)} ${colors.dim(sure)}\n    ${quoted}`;
}

function printUnplaced(flagged: ReadonlySet<string>, findings: readonly PlacedFinding[], place: string): void {
  for (const name of flagged) {
    if (!findings.some(({ detector }) => detector === name))
      console.log(`${colors.bold(place)} ${colors.yellow("medium")} ${name} ${colors.dim("by the text as a whole")}`);
  }
}

/** Precision and recall against labels; the rows themselves are never shown. */
async function report(
  source: string,
  path: string,
  detectors: readonly Detector[],
  options: ScanOptions,
): Promise<number> {
  const { json, html } = options;
  const file = await readLabelled(source, path, options);
  const [alone] = detectors.length === 1 ? detectors : [];
  // A label that says yes or no speaks of injection, or of the one thing that was asked for.
  const rows = alone === "secrets" ? file.rows.map(asSecret) : file.rows;
  const sections: ReportSection[] = [];
  const pii = detectors.includes("pii") ? measurePii(rows) : [];
  const moderation = detectors.includes("moderation") ? measureModeration(rows) : [];
  const byLabel = alone && pii.length + moderation.length === 0 ? [alone] : (["injection", "secrets"] as const);
  for (const detector of byLabel.filter((name) => detectors.includes(name))) {
    const scores: readonly GroupScore[] = measureTexts(detector, rows);
    if (!scores.some(({ wanted }) => wanted) && (detector === "secrets" || scores.length === 0)) continue;
    sections.push({ title: detector, note: noteOf(scores), scores });
  }
  const unread = countUnread(rows);
  if (sections.length + pii.length + moderation.length === 0)
    throw new UsageProblem(
      `${path}: has no labels to report on, expected \`label\` (attack, benign, secret, clean; yes or no in the words of public data sets; \`--label\` names another field), \`spans\`, or \`judged\` and \`labels\``,
    );
  if (json) {
    const { field, labelField, readAs } = file;
    printJson({ file: path, rows: rows.length, field, labelField, readAs, unread, sections, pii, moderation });
  } else {
    console.log(`${path}: ${rows.length} texts`);
    for (const line of describeReading(file, alone)) console.log(colors.dim(line));
    for (const { label, rows: count } of unread)
      console.log(colors.yellow(`${count} with the label \`${label}\`, which says nothing here, are left out`));
    for (const { title, note, scores } of sections)
      console.log(["", colors.bold(`${title}: ${note}`), ...formatGroups(scores)].join("\n"));
    if (pii.length > 0) console.log(["", colors.bold("personal data"), ...formatPii(pii)].join("\n"));
    if (moderation.length > 0) console.log(["", colors.bold("moderation"), ...formatModeration(moderation)].join("\n"));
  }
  if (html !== undefined) writePage(html, [...sections, ...sectionOfPii(pii)], moderation, path);
  return exitCodes.fine;
}

const asSecret = (row: LabelledRow): LabelledRow => (row.label === "attack" ? { ...row, label: "secret" } : row);

/** What was taken for the text and the label where that is not plain, so that nobody takes the figures for those of another field. */
function describeReading({ field, labelField, readAs }: LabelledFile, alone: Detector | undefined): string[] {
  if (readAs.length === 0) return field === "text" ? [] : [`texts from \`${field}\``];
  const words = readAs.slice(0, shownLabels).map(({ label, as, rows }) => {
    const shown = plainLabel.test(label) ? label : "…";
    return `${shown} ${as === "attack" ? "should be found" : "should not"} (${rows})`;
  });
  const what = alone ?? "injection, with `--detectors` of one name by that one";
  return [`texts from \`${field}\`, labels from \`${labelField ?? ""}\`, judged by ${what}: ${words.join(", ")}`];
}

/** A share of no texts is none. */
function noteOf(scores: readonly GroupScore[]): string {
  const { precision, recall, falsePositives } = summarise(scores);
  const has = (test: (score: GroupScore) => boolean): boolean => scores.some((score) => score.rows > 0 && test(score));
  const say = (share: number, isAny: boolean): string => (isAny ? percent(share) : "-");
  const shares = [
    `precision ${say(
      precision,
      has(({ flagged }) => flagged > 0),
    )}`,
    `recall ${say(
      recall,
      has(({ wanted }) => wanted),
    )}`,
    `false positives ${say(
      falsePositives,
      has(({ wanted }) => !wanted),
    )}`,
  ];
  return shares.join(", ");
}

/** Labels that no detector reads, of texts with no others, the commonest first: a report would otherwise pass over them in silence. */
function countUnread(rows: readonly LabelledRow[]): { readonly label: string; readonly rows: number }[] {
  const counts = new Map<string, number>();
  for (const { label, spans, judged } of rows) {
    if (label === undefined || readLabels.has(label) || spans || judged) continue;
    const shown = plainLabel.test(label) ? label : "…";
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, shownLabels)
    .map(([label, count]) => ({ label, rows: count }));
}

const readLabels: ReadonlySet<string> = new Set(["attack", "benign", "secret", "clean"]);
/** Others are not shown: they may be anything, and terminals obey some of it. */
const plainLabel = /^[\p{L}\p{N} _.:-]{1,32}$/u;
const shownLabels = 8;

/** Recall of each kind, and what of the hits on it was in vain. */
function sectionOfPii(rows: readonly PiiScore[]): ReportSection[] {
  if (rows.length === 0) return [];
  const scores = rows.flatMap(({ kind, lang, expected, reported, found, precision, recall }): GroupScore[] => [
    { group: kind, lang, wanted: true, rows: expected, flagged: found, share: recall },
    {
      group: `${kind} (in vain)`,
      lang,
      wanted: false,
      rows: reported,
      flagged: reported - found,
      share: 1 - precision,
    },
  ]);
  return [{ title: "personal data", note: "by kind: of the spans those found, of the hits those in vain", scores }];
}

function writePage(
  file: string,
  sections: readonly ReportSection[],
  moderation: ReturnType<typeof measureModeration>,
  path: string,
): void {
  const asGroups: GroupScore[] = moderation.flatMap(({ category, rows, positives, found, wrong, recall }) => [
    { group: category, lang: "*", wanted: true, rows: positives, flagged: found, share: recall },
    {
      group: `${category} (not)`,
      lang: "*",
      wanted: false,
      rows: rows - positives,
      flagged: wrong,
      share: rows === positives ? 0 : wrong / (rows - positives),
    },
  ]);
  const all =
    asGroups.length > 0
      ? [...sections, { title: "moderation", note: "each category at its default threshold", scores: asGroups }]
      : sections;
  try {
    writeFileSync(file, writeReport(`Detection on ${path.split(/[\\/]/).at(-1) ?? path}`, all));
  } catch (error) {
    throw new UsageProblem(`${file}: cannot be written (${(error as { code?: string }).code ?? "unknown"})`);
  }
  console.error(`wrote ${file}`);
}
