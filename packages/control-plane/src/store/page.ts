import { limits } from "@holdpoint/core";
import { invalid } from "../errors";
import { defaults } from "../gen/constants";
import { isTimestamp } from "./timestamp";

/** What a part of a sort key is. */
export type KeyPart = "text" | "integer" | "timestamp";

const isPart: Readonly<Record<KeyPart, (part: string) => boolean>> = {
  text: (part) => !part.includes("\u0000"),
  integer: (part) => /^\d{1,9}$/.test(part),
  timestamp: isTimestamp,
};

/** Where a list goes on, and how much of it is asked for. */
export interface PageRequest {
  readonly limit: number;
  /** The sort key of the last item of the page before. */
  readonly after?: readonly string[];
}

export interface Page<T> {
  readonly items: readonly T[];
  /** All that match, on whatever page. */
  readonly total: number;
  readonly nextCursor?: string;
}

/** Reads `limit` and `cursor` of a query. A cursor is opaque: base64url of the JSON list of a sort key. */
export function readPageRequest(query: Readonly<Record<string, string>>, keyParts: readonly KeyPart[]): PageRequest {
  const limit = query["limit"] === undefined ? defaults.pageSize : Number(query["limit"]);
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.maxPageSize) {
    throw invalid("/limit", `expected a whole number from 1 to ${limits.maxPageSize}`);
  }
  const cursor = query["cursor"];
  return cursor === undefined ? { limit } : { limit, after: readCursor(cursor, keyParts) };
}

function readCursor(cursor: string, keyParts: readonly KeyPart[]): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const fits = (kind: KeyPart, index: number) => {
      const part = (key as unknown[])[index];
      return typeof part === "string" && isPart[kind](part);
    };
    if (Array.isArray(key) && key.length === keyParts.length && keyParts.every(fits)) return key;
  } catch {
    // Answered below.
  }
  throw invalid("/cursor", "is not a cursor of this list; use the `nextCursor` of the page before");
}

/** A page out of rows of which one more than the limit was read. */
export function toPage<Row, T>(
  rows: readonly Row[],
  { limit }: PageRequest,
  total: number,
  toItem: (row: Row) => T,
  keyOf: (row: Row) => readonly string[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const page = { items: shown.map(toItem), total };
  return last ? { ...page, nextCursor: Buffer.from(JSON.stringify(keyOf(last))).toString("base64url") } : page;
}
