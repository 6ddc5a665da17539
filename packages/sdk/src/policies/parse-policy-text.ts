import type { CompileProblem } from "@holdpoint/core";
import { type Document, LineCounter, parseDocument } from "yaml";

/** A policy file as read: its value, and what is needed to find a place in it again. */
export interface ParsedText {
  readonly value: unknown;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly text: string;
}

export type ParseResult =
  | { readonly ok: true; readonly parsed: ParsedText }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/** The text of a YAML or JSON file as plain JSON, or what is wrong with it by line and column (from 1). Never throws. */
export function parsePolicyText(text: string, file: string): ParseResult {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: file.endsWith(".json") ? "json" : "core",
    });
    const problems = document.errors.map(({ message, pos }) => at(lines, pos[0], file, tidy(message)));
    if (problems.length > 0) return { ok: false, problems };
    const value: unknown = document.toJS();
    // A value that contains itself (an anchor used inside its own node) is no JSON; stringify is what notices.
    JSON.stringify(value);
    return { ok: true, parsed: { value, document, lines, text } };
  } catch (error) {
    const why = error instanceof ReferenceError ? "too many aliases" : "not plain data";
    return { ok: false, problems: [{ pointer: "", message: `cannot be read: ${why}`, file }] };
  }
}

/** The problem of one place in a file. */
function at(lines: LineCounter, offset: number, file: string, message: string): CompileProblem {
  const { line, col } = lines.linePos(offset);
  return { pointer: "", message, file, line, column: col };
}

/** The parser's sentence in our manner: lower case, one line, no final stop. */
function tidy(message: string): string {
  const line = (message.split("\n")[0] ?? "").trim().replace(/\.$/, "");
  return line.charAt(0).toLowerCase() + line.slice(1);
}
