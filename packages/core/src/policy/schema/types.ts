/** What a check of one value carries along. */
export interface SchemaRun {
  steps: number;
  depth: number;
  /** Of the failure that decided: the keyword, and the pointer of the value below where it was told. */
  keyword: string;
  path: string;
}

/** Members and items that some keyword has looked at, for `unevaluatedProperties` and `unevaluatedItems`. */
export interface Seen {
  readonly properties: Set<string>;
  readonly items: Set<number>;
  allProperties: boolean;
  allItems: boolean;
}

/** True when a value satisfies a schema; else `run` says which keyword it breaks, and where. */
export type Check = (value: unknown, run: SchemaRun, seen: Seen | undefined) => boolean;

/** One keyword being compiled. */
export interface KeywordContext {
  readonly keyword: string;
  /** The schema that the keyword stands in. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Pointer of the keyword in the document. */
  readonly pointer: string;
  /** A schema below this keyword. `inPlace`: it looks at the same value. */
  compile(schema: unknown, pointer: string, inPlace: boolean): Check;
  /** The schema that a `$ref` names. */
  refer(reference: string, pointer: string): Check;
  refuse(message: string, pointer?: string): undefined;
}

export type CompileKeyword = (value: unknown, context: KeywordContext) => Check | undefined;

/** The run has taken more steps than it may: no answer. */
export class TooMuchWork extends Error {}

export const createSeen = (): Seen => ({
  properties: new Set(),
  items: new Set(),
  allProperties: false,
  allItems: false,
});

export function mergeSeen(into: Seen, from: Seen): void {
  for (const name of from.properties) into.properties.add(name);
  for (const index of from.items) into.items.add(index);
  into.allProperties ||= from.allProperties;
  into.allItems ||= from.allItems;
}

export const failAt = (run: SchemaRun, keyword: string): false => {
  run.keyword = keyword;
  run.path = "";
  return false;
};
