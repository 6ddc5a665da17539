import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blockLength, createFeatureReader } from "../../../packages/core/src/detect/learned-features";
import { moveCodePoints } from "../../../packages/core/src/detect/offsets";
import { normaliseText } from "../../../packages/core/src/match/index";

/** Distinct buckets of one window, and the factor that makes their sum a margin. */
export interface Window {
  readonly buckets: Int32Array;
  readonly factor: number;
}

export interface Row {
  readonly isAttack: boolean;
  readonly tier: string;
  readonly lang: string;
  readonly source: string;
  readonly technique: string;
  readonly text: string;
  readonly windows: readonly Window[];
}

/** A row of a labelled file. */
export interface Line {
  readonly text: string;
  readonly label: string;
  readonly tier: string;
  readonly lang: string;
  readonly source?: string;
  readonly technique?: string;
  /** Of documentation: repository and path. */
  readonly origin?: string;
}

/** Windows beyond these of one row teach nothing new. */
const maxBlocks = 24;

/** The rows of `injection.jsonl` as they stand. */
export const readLines = (folder: string): Line[] => readFile(join(folder, "injection.jsonl"));

export const readFile = (path: string): Line[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

export function readRows(folder: string, bits: number): Row[] {
  const read = createFeatureReader(bits);
  return readLines(folder).map(({ text, label, tier, lang, source = "", technique = "" }) => {
    const windows = listWindows(normaliseText(text).text, read);
    return { isAttack: label === "attack", tier, lang, source, technique, text, windows };
  });
}

export function listWindows(text: string, read: ReturnType<typeof createFeatureReader>): Window[] {
  const blocks: number[][] = [];
  for (let start = 0; start < text.length && blocks.length < maxBlocks; ) {
    const end = Math.min(text.length, moveCodePoints(text, start, blockLength));
    const { buckets, count } = read(text, start, end);
    blocks.push([...buckets.subarray(0, count)]);
    start = end;
  }
  return blocks.flatMap((block, index) => {
    const buckets = Int32Array.from([...(blocks[index - 1] ?? []), ...block]);
    return buckets.length === 0 ? [] : [{ buckets, factor: 1 / Math.sqrt(buckets.length) }];
  });
}

/**
 * What validation leaves out together: a source, and of the one source that holds most attacks each of its two suites. No
 * text of a group is in training when the group is judged.
 */
export function groupOf(row: Row): string {
  const [suite = ""] = row.technique.split(":");
  return /^(?:direct|indirect|cyber_question|code_completion|coding_request)$/.test(suite)
    ? `${row.source} ${suite}`
    : row.source;
}
