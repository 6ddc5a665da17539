import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface GeneratedFile {
  /** Relative to the root of the repository. */
  path: string;
  text: string;
}

/** One digit carries five bits and a flag "more follows"; printable, safe inside quotes in TypeScript and Python. */
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

function encodeNumber(value: number): string {
  let text = "";
  let rest = value;
  while (rest >= 32) {
    text += digits[32 + (rest % 32)];
    rest = Math.floor(rest / 32);
  }
  return text + digits[rest];
}

const encodeSigned = (value: number): string => encodeNumber(value < 0 ? -2 * value - 1 : 2 * value);

function readRows(specRoot: string, name: string): string[][] {
  return readFileSync(join(specRoot, "tables/unicode", name), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" "));
}

const hex = (text: string): number => Number.parseInt(text, 16);

function readRange(text: string): [number, number] {
  const [first, last] = text.split("..");
  return [hex(first!), hex(last!)];
}

/**
 * Runs over the whole code space: all lengths, a blank, then of each the index of its name plus one (0: no value). Lengths are like lengths and names like
 * names: in turns they take a tenth more when compressed.
 */
function encodeRuns(rows: string[][]): { names: string[]; runs: string } {
  const names = [...new Set(rows.map((row) => row[1]!))].sort();
  let lengths = "";
  let values = "";
  const add = (length: number, value: number): void => {
    lengths += encodeNumber(length);
    values += encodeNumber(value);
  };
  let at = 0;
  for (const [range, name] of rows) {
    const [first, last] = readRange(range!);
    if (first > at) add(first - at, 0);
    add(last - first + 1, names.indexOf(name!) + 1);
    at = last + 1;
  }
  return { names, runs: `${lengths} ${values}` };
}

/** Pairs of (distance from the last code point, distance from the code point to its folding). */
function encodeFolding(rows: string[][]): string {
  let at = 0;
  return rows
    .map(([from, to]) => {
      const text = encodeNumber(hex(from!) - at) + encodeSigned(hex(to!) - hex(from!));
      at = hex(from!);
      return text;
    })
    .join("");
}

/** Distance from the last code point of the range before, then the length less one. */
function encodeRanges(rows: string[][]): string {
  let at = 0;
  return rows
    .map(([range]) => {
      const [first, last] = readRange(range!);
      const text = encodeNumber(first - at) + encodeNumber(last - first);
      at = last;
      return text;
    })
    .join("");
}

/** Distance, length of the ASCII text, then its code points. */
function encodeConfusables(rows: string[][]): string {
  let at = 0;
  return rows
    .map(([from, target]) => {
      const text = encodeNumber(hex(from!) - at) + encodeNumber(target!.length);
      at = hex(from!);
      return text + [...target!].map((c) => encodeNumber(c.charCodeAt(0))).join("");
    })
    .join("");
}

/** Returns the Unicode tables of the matcher in both languages, from the reduced data in `spec/tables/unicode`. */
export function emitUnicode(specRoot: string): GeneratedFile[] {
  const categories = encodeRuns(readRows(specRoot, "general-category.txt"));
  const scripts = encodeRuns(readRows(specRoot, "scripts.txt"));
  const tables: [string, string][] = [
    ["unicodeVersion", "15.1.0"],
    ["categoryNames", categories.names.join(" ")],
    ["categoryRuns", categories.runs],
    ["scriptNames", scripts.names.join(" ")],
    ["scriptRuns", scripts.runs],
    ["simpleFolding", encodeFolding(readRows(specRoot, "simple-case-folding.txt"))],
  ];
  const normalisation: [string, string][] = [
    ["assignedAfterUnicode13", encodeRanges(readRows(specRoot, "assigned-after-13.0.txt"))],
    ["asciiConfusables", encodeConfusables(readRows(specRoot, "confusables-ascii.txt"))],
  ];
  const notice = "Unicode data: Copyright (c) 1991-2023 Unicode, Inc., Unicode License v3";
  const typescript = (rows: [string, string][]) =>
    `// Code generated from spec/. Do not edit.\n// ${notice}\n` +
    rows.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join("");
  const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();
  const python = (rows: [string, string][]) =>
    `# Code generated from spec/. Do not edit.\n# ${notice}\n# ruff: noqa: E501\n` +
    rows.map(([name, value]) => `${snake(name)} = ${JSON.stringify(value)}\n`).join("");
  return [
    { path: "packages/core/src/gen/unicode-tables.ts", text: typescript(tables) },
    { path: "packages/core/src/gen/unicode-normalisation.ts", text: typescript(normalisation) },
    { path: "python/src/holdpoint/_gen/unicode_tables.py", text: python([...tables, ...normalisation]) },
  ];
}
