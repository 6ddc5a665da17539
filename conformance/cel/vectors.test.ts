import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCases, readExceptions } from "./cases";
import { runCases } from "./run";
import { readVectors, seenOf } from "./vectors";

describe("expression vectors", () => {
  const files = readVectors();

  it("have unique ids and name clauses that exist", () => {
    const known = new Set(
      readFileSync(new URL("../../spec/clauses/expr.md", import.meta.url), "utf8").match(/(?<=\*\*)E-\d+/g),
    );
    const cases = files.flatMap((file) => file.cases);
    expect(new Set(cases.map((vector) => vector.id)).size).toBe(cases.length);
    expect(cases.flatMap((vector) => vector.clauses).filter((clause) => !known.has(clause))).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(200);
  });

  for (const file of files) {
    describe(file.title, () => {
      for (const vector of file.cases) {
        it(vector.id, () => expect(seenOf(file, vector)).toEqual(vector.expect));
      }
    });
  }
});

describe("the CEL conformance suite", () => {
  it("passes in its core, but for the listed exceptions", () => {
    const exceptions = readExceptions();
    const { cases } = readCases(undefined, exceptions);
    const report = runCases(cases, exceptions, true);
    expect(report.failures).toEqual([]);
    expect(report.passed).toBe(cases.length - exceptions.failing.length);
    expect(report.passed).toBeGreaterThan(1000);
  });

  it("fails when a listed exception passes or does not exist", () => {
    const exceptions = readExceptions();
    const { cases } = readCases(undefined, exceptions);
    const [passing] = cases;
    const failing = [
      { id: passing?.id ?? "", why: "it passes" },
      { id: "no/such/case", why: "it is not there" },
    ];
    const report = runCases(cases, { ...exceptions, failing }, true);
    expect(report.failures.map((failure) => failure.why)).toEqual([
      "is listed as failing and passes",
      "is listed as failing and does not exist",
    ]);
  });
});
