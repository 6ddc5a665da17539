import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { limits } from "@holdpoint/core";
import { parse } from "yaml";
import { UsageProblem } from "./print";

/** A YAML or JSON file, `-` for standard input. What cannot be read ends the command with one line. */
export async function readInput(path: string): Promise<unknown> {
  const source = path === "-" ? await text(process.stdin) : readText(path);
  if (source.length > limits.maxPolicyFileBytes) throw new UsageProblem(`${path}: is larger than 8 MiB`);
  try {
    return parse(source, { prettyErrors: false }) as unknown;
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split("\n");
    throw new UsageProblem(`${path}: is not YAML or JSON: ${line}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageProblem(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code ?? "unknown"})`}`);
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
