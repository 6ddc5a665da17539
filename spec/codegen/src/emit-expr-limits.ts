import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { upperSnake } from "./text.ts";

interface ExprLimit {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly why: string;
}

/** The bounds of the expression engine, one constant each, for both languages. */
export function emitExprLimits(specRoot: string): GeneratedFile[] {
  const limits = parse(readFileSync(join(specRoot, "tables/expr-limits.yaml"), "utf8")) as ExprLimit[];
  const typescript = limits.map(
    (limit) => `/** In ${limit.unit}: ${limit.why}. */\nexport const ${limit.name} = ${limit.value};`,
  );
  const python = limits.map(
    (limit) => `${upperSnake(limit.name)} = ${limit.value}\n"""In ${limit.unit}: ${limit.why}."""`,
  );
  return [
    typescriptFile("packages/core/src/gen/expr-limits.ts", typescript.join("\n\n")),
    pythonFile("python/src/holdpoint/_gen/expr_limits.py", python.join("\n\n")),
  ];
}
