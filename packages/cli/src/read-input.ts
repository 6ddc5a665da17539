import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { limits } from "@holdpoint/core";
import { LineCounter, parseDocument } from "yaml";
import { UsageProblem } from "./print";

/** A YAML or JSON file, `-` for standard input. What cannot be read ends the command with one line. */
export async function readInput(path: string): Promise<unknown> {
  const bytes = path === "-" ? await buffer(process.stdin) : readBytes(path);
  if (bytes.length > limits.maxPolicyFileBytes) throw new UsageProblem(`${path}: is larger than 8 MiB`);
  const lines = new LineCounter();
  try {
    const source = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
    const [fault] = document.errors;
    if (!fault) return document.toJS() as unknown;
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new UsageProblem(`${path}:${line}:${col}: is not YAML or JSON: ${describe(fault.code, fault.message)}`);
  } catch (error) {
    if (error instanceof UsageProblem) throw error;
    const why = error instanceof ReferenceError ? "an alias names nothing, or aliases unfold to too much" : undefined;
    throw new UsageProblem(`${path}: ${why ?? (error instanceof TypeError ? "is not UTF-8" : "is not plain data")}`);
  }
}

/** The parser's reason in one line; some of them speak of the parser itself. */
function describe(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "a second document begins here";
  if (code === "RESOURCE_EXHAUSTION" || message.includes("call stack")) return "nested too deep";
  return (message.split("\n")[0] ?? "").replace(/\.$/, "").replace(/^./, (first) => first.toLowerCase());
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageProblem(`${path}: ${reasons[code ?? ""] ?? `cannot be read (${code ?? "unknown"})`}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "is a directory",
  EACCES: "no permission",
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
