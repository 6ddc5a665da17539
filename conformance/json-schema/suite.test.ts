import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createProblemList } from "../../packages/core/src/policy/problems";
import { compileSchema } from "../../packages/core/src/policy/schema/compile-schema";

interface Group {
  readonly file: string;
  readonly group: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly title: string; readonly data: unknown; readonly valid: boolean }[];
}

interface Exceptions {
  readonly refused: readonly { readonly problem: string; readonly groups: number }[];
  readonly differs: readonly { readonly file: string; readonly tests: number }[];
  readonly passed: number;
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const groups = read("./cases.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Group);
const exceptions = JSON.parse(read("./exceptions.json")) as Exceptions;

/** How the whole suite comes out: refused groups by the first problem that an exception names, differing tests by file. */
function runSuite() {
  const refused = new Map(exceptions.refused.map(({ problem }) => [problem, 0]));
  const differs = new Map<string, number>();
  const unexplained: string[] = [];
  let passed = 0;
  for (const { file, group, schema, tests } of groups) {
    const problems = createProblemList();
    const program = compileSchema(schema, "", problems);
    if (!program) {
      const known = exceptions.refused.find(({ problem }) => problems.list[0]?.message.includes(problem));
      if (known) refused.set(known.problem, (refused.get(known.problem) ?? 0) + 1);
      else unexplained.push(`${file}: ${group}: ${problems.list[0]?.message}`);
      continue;
    }
    for (const { data, valid } of tests) {
      const found = program.check(data);
      if (found !== "too_much" && (found === undefined) === valid) passed++;
      else differs.set(file, (differs.get(file) ?? 0) + 1);
    }
  }
  return { refused, differs, unexplained, passed };
}

describe("the public suite of JSON Schema 2020-12", () => {
  const result = runSuite();

  it("passes but for the exceptions that are listed with their reasons", () => {
    expect(result.unexplained).toEqual([]);
    expect(Object.fromEntries(result.differs)).toEqual(
      Object.fromEntries(exceptions.differs.map(({ file, tests }) => [file, tests])),
    );
    expect(result.passed).toBe(exceptions.passed);
  });

  it("refuses exactly as many schemas as the exceptions say", () => {
    expect(Object.fromEntries(result.refused)).toEqual(
      Object.fromEntries(exceptions.refused.map(({ problem, groups: count }) => [problem, count])),
    );
  });
});
