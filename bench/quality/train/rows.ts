import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blockLength, type createFeatureReader } from "../../../packages/core/src/detect/learned-features";
import { moveCodePoints } from "../../../packages/core/src/detect/offsets";

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
