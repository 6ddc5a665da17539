import { describe, expect, it } from "vitest";
import { createCaseSource } from "./generate-cases.suite";
import { compileSet } from "./index";

const nightly = process.env["HOLDPOINT_NIGHTLY"] === "1";
const count = nightly ? 100_000 : 4_000;
const scraps = [
  ..."()[]{}*+?|\\^$.-,:&!<>=#PQEpbBAzCxu0123456789aLN",
  "(?",
  "(?i",
  "(?P<",
  "[:alpha:]",
  "[[:",
  "{1000}",
  "{1001}",
  "\\p{",
  "\\x{",
  "😀",
  "\ud800",
];

describe("patterns that make no sense", () => {
  it(`are refused with a position and a reason, ${count} of them`, { timeout: 900_000 }, () => {
    const source = createCaseSource(3);
    for (let i = 0; i < count; i++) {
      const text = Array.from({ length: 1 + source.number(20) }, () => scraps[source.number(scraps.length)]!).join("");
      const result = compileSet([{ id: "bad", source: text }]);
      if (result.ok) {
        expect(result.set.stats().bytes).toBeLessThanOrEqual(result.set.stats().maxBytes);
        continue;
      }
      const [problem] = result.problems;
      expect(problem!.position).toBeGreaterThanOrEqual(0);
      expect(problem!.position).toBeLessThanOrEqual(text.length);
      expect(problem!.message).toMatch(/^[^\n]+[^.\n]$/);
    }
  });

  it.each([
    ["a(?=b)", 1, /^look-ahead/],
    ["x(?<!b)", 1, /^negative look-behind/],
    ["(a)\\1", 3, /^back-reference/],
    ["a{1001}", 1, /above 1000/],
    ["(?:a{100}){100}", 10, /multiply to more than 1000/],
    ["a**", 1, /repetition of a repetition/],
    ["[z-a]", 1, /ends before it begins/],
    ["(a", 0, /lacks its `\)`/],
    ["a)", 1, /without/],
    ["\\p{Klingon}", 0, /unknown category/],
    ["\\Z", 0, /unknown escape/],
  ])("refuse `%s` at %i", (text, position, reason) => {
    const result = compileSet([{ id: "bad", source: text }]);
    expect(result.ok).toBe(false);
    if (!result.ok) {
      expect(result.problems[0]!.position).toBe(position);
      expect(result.problems[0]!.message).toMatch(reason);
    }
  });
});
