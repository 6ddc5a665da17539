import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { GeneratedFile } from "./emit-unicode.js";

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly why: string;
}

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();

/** Returns the matcher's limits in both languages, from `spec/tables/match-limits.yaml`. */
export function emitMatchLimits(specRoot: string): GeneratedFile[] {
  const limits = parse(readFileSync(join(specRoot, "tables/match-limits.yaml"), "utf8")) as Limit[];
  const typescript = limits.map((l) => `  /** In ${l.unit}: ${l.why}. */\n  ${l.name}: ${l.value},\n`).join("");
  const python = limits.map((l) => `\n# In ${l.unit}: ${l.why}.\n${snake(l.name)} = ${l.value}\n`).join("");
  return [
    {
      path: "packages/core/src/gen/match-limits.ts",
      text: `// Code generated from spec/. Do not edit.\nexport const matchLimits = {\n${typescript}} as const;\n`,
    },
    {
      path: "python/src/holdpoint/_gen/match_limits.py",
      text: `# Code generated from spec/. Do not edit.\n# ruff: noqa: E501\n${python}`,
    },
  ];
}
