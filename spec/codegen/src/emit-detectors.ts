import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import {
  fieldOf,
  listContext,
  type PiiFile,
  readContextLists,
  readFieldRules,
  readNumberChecks,
  readPhonePlans,
  readPiiFiles,
} from "./read-pii.ts";
import { readYaml, readYamlFolder } from "./read-spec.ts";
import { pythonLiteral } from "./text.ts";
import { createWordTable, joinWords } from "./word-table.ts";

interface InjectionFile {
  readonly language: string;
  readonly slots?: Readonly<Record<string, readonly string[]>>;
  readonly patterns: readonly { id: string; family: string; pattern: string; weight: number }[];
}
/** How texts quote, and what stands around quotes. */
interface Mentions {
  readonly quotes: readonly string[];
  readonly reports: readonly string[];
  readonly addressed: readonly string[];
  readonly frames: readonly string[];
  readonly orders: readonly string[];
}

function readMentions(): Mentions {
  const { quotes, reports, addressed, frames, orders } = readYaml<Mentions>("catalog/detectors/mentions.yaml");
  return { quotes, reports, addressed, frames, orders };
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
  const pii = readPiiFiles().flatMap(({ data }) => (data as Partial<PiiFile>).categories ?? []);
  const checks = readNumberChecks();
  const lists = readContextLists();
  const words = createWordTable();
  const fieldRules = readFieldRules();
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
      context: words.refer(...listContext(pattern, row.context_lists ?? [], lists)),
      contextConfidence: pattern.context_confidence ?? pattern.confidence,
      contextRequired: pattern.context_required ?? false,
      unless: words.refer(pattern.unless ?? []),
      lane: pattern.lane ?? "token",
      field: fieldOf(pattern, row.fields ?? true, fieldRules),
      fieldValidator: pattern.field_validator ?? pattern.validator ?? "",
      gate:
        pattern.lane === "text" && pattern.context_required
          ? writeGate(joinWords(listContext(pattern, row.context_lists ?? [], lists)))
          : "",
    })),
  }));
  refuseDuplicates([...injection.map((row) => row.id), ...categories.flatMap((row) => row.patterns.map((p) => p.id))]);
  const [wordParts, wordJoins] = words.writeTexts();
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
  /** What a value that fills its field says (SPECIFICATION T-30). */
  readonly field: "" | "asked" | "checked";
  readonly fieldValidator: string;
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

/** What lists of words are joined of, a part a line; taken apart when the first list is wanted. */
const wordText = ${wordParts};

/** The parts of each list, a list a line. */
const joinText = ${wordJoins};

let wordParts: readonly (readonly string[])[] | undefined;
let wordJoins: readonly string[] = [];
const wordLists: (readonly string[])[] = [];

function wordsAt(index: number): readonly string[] {
  const known = wordLists[index];
  if (known) return known;
  if (!wordParts) {
    wordParts = wordText.split("\\n").map((line) => line.split("\\t"));
    wordJoins = joinText.split("\\n");
  }
  const words = new Set<string>();
  for (const part of (wordJoins[index] ?? "").split(" "))
    for (const word of wordParts[Number(part)] ?? []) words.add(word);
  const list = [...words];
  wordLists[index] = list;
  return list;
}

export const piiCategories: readonly PiiCategory[] = [\n${words.resolveLate(rows(categories), "wordsAt")}\n];

/** Words that say that a number is none of personal data (SPECIFICATION T-30). */
export const otherNumberWords: readonly string[] = ${JSON.stringify(fieldRules.other_numbers)};

/** Patterns of quotes, of reports, and of words outside them that speak of what is quoted, or tell to do it (SPECIFICATION T-47). */
export const mentions: Readonly<Record<"quotes" | "reports" | "addressed" | "frames" | "orders", readonly string[]>> = ${JSON.stringify(readMentions())};

export interface NumberCheck {
  readonly name: string;
  readonly digits: readonly number[];
  /** A pattern over the digits, from their beginning. */
  readonly starts: string;
  /** Where two digits of each stand, or -1. */
  readonly month: number;
  readonly day: number;
  readonly dayLess: readonly number[];
  readonly luhn: boolean;
  readonly sums: readonly {
    readonly weights: readonly number[];
    /** The weights of a second try, when the first gives 10. */
    readonly again: readonly number[];
    /** The place whose product counts by the sum of its two digits, or -1. */
    readonly crossed: number;
    readonly modulus: number;
    readonly take: "rest" | "complement" | "complement10";
    readonly ten: number;
    readonly at: number;
  }[];
}

export const numberChecks: readonly NumberCheck[] = [\n${rows(checks)}\n];

/** A plan of telephone numbers a line: calling code, trunk prefix, pattern of the rest; the pattern may hold commas. */
export const phonePlans = ${JSON.stringify(readPhonePlans())};`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/detectors.py",
      `"""Detector patterns, slots expanded."""

from __future__ import annotations

from typing import Any, Final

INJECTION_PATTERNS: Final[list[dict[str, Any]]] = [\n${pythonRows(injection)}\n]

_WORDS: Final[list[list[str]]] = [\n${pythonRows(words.list)}\n]

PII_CATEGORIES: Final[list[dict[str, Any]]] = [\n${words.resolve(pythonRows(categories), "_WORDS")}\n]

# Words that say that a number is none of personal data (SPECIFICATION T-30).
OTHER_NUMBER_WORDS: Final[list[str]] = ${pythonLiteral(fieldRules.other_numbers)}

# Patterns of quotes, of reports, and of words outside them that speak of what is quoted, or tell to do it (SPECIFICATION T-47).
MENTIONS: Final[dict[str, list[str]]] = ${pythonLiteral(readMentions())}

NUMBER_CHECKS: Final[list[dict[str, Any]]] = [\n${pythonRows(checks)}\n]

# A plan of telephone numbers a line: calling code, trunk prefix, pattern of the rest; the pattern may hold commas.
PHONE_PLANS: Final = ${pythonLiteral(readPhonePlans())}`,
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
