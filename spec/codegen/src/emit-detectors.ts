import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { readYamlFolder } from "./read-spec.ts";
import { pythonLiteral } from "./text.ts";

interface InjectionFile {
  readonly language: string;
  readonly slots?: Readonly<Record<string, readonly string[]>>;
  readonly patterns: readonly { id: string; family: string; pattern: string; weight: number }[];
}
interface PiiPattern {
  readonly id: string;
  readonly pattern: string;
  readonly flags?: string;
  readonly boundary?: string;
  readonly validator?: string;
  readonly confidence: number;
  readonly context?: readonly string[];
  readonly context_confidence?: number;
  readonly context_required?: boolean;
  /** Words that say that it is something else. */
  readonly unless?: readonly string[];
  /** `token` (the default) or `text` (SPECIFICATION T-21). */
  readonly lane?: "token" | "text";
}
interface PiiFile {
  readonly categories: readonly {
    category: string;
    label: string;
    severity: string;
    keep_last?: number;
    patterns: readonly PiiPattern[];
  }[];
}

/** Detector patterns as data, slots expanded. */
export function emitDetectors(): GeneratedFile[] {
  const injection = readYamlFolder<InjectionFile>("catalog/detectors/injection").flatMap(({ file, data }) =>
    data.patterns.map((pattern) => ({
      id: pattern.id,
      language: data.language,
      family: pattern.family,
      weight: pattern.weight,
      source: expandSlots(pattern.pattern, data.slots ?? {}, `${file}: ${pattern.id}`),
    })),
  );
  const pii = readYamlFolder<PiiFile>("catalog/detectors/pii").flatMap(({ data }) => data.categories);
  const categories = pii.map((row) => ({
    category: row.category,
    label: row.label,
    severity: row.severity,
    keepLast: row.keep_last ?? 0,
    patterns: row.patterns.map((pattern) => ({
      id: pattern.id,
      source: pattern.pattern,
      flags: pattern.flags ?? "",
      boundary: pattern.boundary ?? "none",
      validator: pattern.validator ?? "",
      confidence: pattern.confidence,
      context: pattern.context ?? [],
      contextConfidence: pattern.context_confidence ?? pattern.confidence,
      contextRequired: pattern.context_required ?? false,
      unless: pattern.unless ?? [],
      lane: pattern.lane ?? "token",
      gate: pattern.lane === "text" && pattern.context_required ? writeGate(pattern.context ?? []) : "",
    })),
  }));
  refuseDuplicates([...injection.map((row) => row.id), ...categories.flatMap((row) => row.patterns.map((p) => p.id))]);
  const rows = (list: readonly unknown[]): string => list.map((row) => `  ${JSON.stringify(row)},`).join("\n");
  const pythonRows = (list: readonly unknown[]): string => list.map((row) => `    ${pythonLiteral(row)},`).join("\n");
  return [
    typescriptFile(
      "packages/core/src/gen/detectors.ts",
      `export interface InjectionPattern {
  readonly id: string;
  readonly language: string;
  readonly family: string;
  readonly weight: number;
  readonly source: string;
}

export interface PiiPattern {
  readonly id: string;
  readonly source: string;
  readonly flags: string;
  readonly boundary: string;
  readonly validator: string;
  readonly confidence: number;
  readonly context: readonly string[];
  readonly contextConfidence: number;
  readonly contextRequired: boolean;
  /** Words that speak against it where no context word speaks for it. */
  readonly unless: readonly string[];
  readonly lane: "token" | "text";
  /** The context words as a pattern, for a pattern of the lane \`text\` that needs one of them; else empty. */
  readonly gate: string;
}

export interface PiiCategory {
  readonly category: string;
  readonly label: string;
  readonly severity: string;
  readonly keepLast: number;
  readonly patterns: readonly PiiPattern[];
}

export const injectionPatterns: readonly InjectionPattern[] = [\n${rows(injection)}\n];

export const piiCategories: readonly PiiCategory[] = [\n${rows(categories)}\n];`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/detectors.py",
      `"""Detector patterns, slots expanded."""

from __future__ import annotations

from typing import Any, Final

INJECTION_PATTERNS: Final[list[dict[str, Any]]] = [\n${pythonRows(injection)}\n]

PII_CATEGORIES: Final[list[dict[str, Any]]] = [\n${pythonRows(categories)}\n]`,
    ),
  ];
}

/** The words of a context as one pattern, a little wider than the context: word borders are judged later. */
function writeGate(words: readonly string[]): string {
  return words.map((word) => word.replace(/\*$/, "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
}

function expandSlots(pattern: string, slots: Readonly<Record<string, readonly string[]>>, where: string): string {
  let text = pattern;
  for (let depth = 0; text.includes("{{"); depth++) {
    if (depth > 8) throw new Error(`${where}: slots refer to each other in a circle`);
    text = text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const slot = slots[name];
      if (!slot) throw new Error(`${where}: there is no slot \`${name}\``);
      return `(?:${slot.join("|")})`;
    });
  }
  return text;
}

function refuseDuplicates(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw new Error(`detector pattern \`${id}\` is there twice`);
    seen.add(id);
  }
}
