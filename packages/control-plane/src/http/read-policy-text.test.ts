import { describe, expect, it } from "vitest";
import { readPolicyText } from "./read-policy-text";

const problemsOf = (text: string) =>
  readPolicyText({ text }).problems?.map(({ line, column, message }) => [line, column, message]);

describe("a text of policies sent to be validated", () => {
  it.each([
    ["injection_scan: {}\ninjection_scan: {}\n", [[2, 1, "`injection_scan` is given twice"]]],
    ["policies:\n  - &a {id: a}\n  - {id: b, tags: *c}\n", [[3, 19, "there is no anchor `c` before this"]]],
    ["[]", [[1, 1, "expected at least one policy, got none"]]],
    ["policies: []\n---\npolicies: []\n", [[2, 1, "a second document begins here, a file has one"]]],
    [`a: ${"[".repeat(100)}${"]".repeat(100)}`, [[1, 67, "nested deeper than 64 levels"]]],
  ])("%j has its problems told with their places", (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it("is told of in bounded time with a hundred thousand names", () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `k${index}: {}`).join("\n");
    expect(problemsOf(text)).toHaveLength(100);
  });

  it("does not fall over a hundred thousand brackets", () => {
    expect(problemsOf("[".repeat(100_000))?.[0]?.[2]).toMatch(/nested|resource exhaustion/);
  });
});
