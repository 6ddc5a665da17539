import type { CompileProblem } from "@holdpoint/core";

const unstorable = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

/**
 * What is wrong with a text that becomes a column of its own (ids, names, reasons): PostgreSQL takes no NUL, a lone
 * surrogate would be stored as another text, and control characters have no place in a name.
 */
export function checkColumnTexts(document: object, names: readonly string[], pointer = ""): CompileProblem[] {
  const problems: CompileProblem[] = [];
  for (const name of names) {
    const value = (document as Readonly<Record<string, unknown>>)[name];
    if (typeof value === "string" && unstorable.test(value)) {
      problems.push({ pointer: `${pointer}/${name}`, message: "holds a control character or half a surrogate pair" });
    }
  }
  return problems;
}
