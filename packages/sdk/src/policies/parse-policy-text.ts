import { type CompileProblem, limits } from "@holdpoint/core";
import type { PlacedNode } from "./placed-node";
import { createPlaces, type Places } from "./places";
import { readJsonText } from "./read-json-text";
import { readYamlText } from "./read-yaml-text";

/** A policy file as read: its value, and what is needed to find a place in it again. */
export interface ParsedText {
  readonly value: unknown;
  /** Undefined where the file holds no value. */
  readonly root: PlacedNode | undefined;
  readonly places: Places;
  readonly text: string;
}

export type ParseResult =
  | { readonly ok: true; readonly parsed: ParsedText }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/**
 * The text of a YAML or, when its name ends in `.json`, JSON file as plain JSON (B-18), or what is wrong with it by line
 * and column (from 1, code points). Never throws.
 */
export function parsePolicyText(text: string, file: string): ParseResult {
  const places = createPlaces(text);
  const read = /\.json$/i.test(file) ? readJsonText(text) : readYamlText(text);
  if (read.ok) return { ok: true, parsed: { value: read.root?.value ?? null, root: read.root, places, text } };
  const faults = [...read.faults].sort((one, other) => one.offset - other.offset).slice(0, limits.maxProblems);
  return {
    ok: false,
    problems: faults.map(({ offset, message }) => ({ pointer: "", message, file, ...places(offset) })),
  };
}
