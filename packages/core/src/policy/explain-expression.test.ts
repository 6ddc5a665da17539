import { describe, expect, it } from "vitest";
import { compilePattern } from "../expr/compile-pattern";
import { expressionVariables } from "../gen/tables";
import { explainExpression } from "./explain-expression";

const bindings = {
  cost: 4.5,
  environment: "staging",
  input: "hello",
  tokens: 12,
  tool: { name: "pay", args: { amount: 1200, to: "bob" }, result: "" },
  tools: ["a", "b"],
  metadata: {},
  now: 1_790_000_000_000,
};
const explain = (source: string) =>
  explainExpression(
    { path: "/expression", source, environment: { variables: expressionVariables }, bindings },
    compilePattern,
  );

describe("an explained expression", () => {
  it.each([
    ['cost > 5.0 && environment == "production"', "false", "cost > 5.0", { cost: "4.5" }],
    ['cost > 4.0 && environment == "production"', "false", 'environment == "production"', { environment: '"staging"' }],
    [
      'cost > 9.0 || (tool.args.amount > 1000.0 && tool.name == "pay")',
      "true",
      'tool.args.amount > 1000.0 && tool.name == "pay"',
      { "tool.args.amount": "1200.0", "tool.name": '"pay"' },
    ],
    ["!(cost > 1.0)", "false", "cost > 1.0", { cost: "4.5" }],
    [
      'input.contains("x") || input.startsWith("he")',
      "true",
      'input.startsWith("he")',
      { input: "string of 5 code points" },
    ],
    [
      'metadata.region == "eu" || cost > 9.0',
      "error",
      'metadata.region == "eu"',
      { "metadata.region": "error: no_such_key" },
    ],
    ["cost > 1.0 ? tokens > 20 : tokens > 5", "false", "tokens > 20", { tokens: "12" }],
    [
      'tools.exists(t, t == "b") && cost * 2.0 > 10.0',
      "false",
      "cost * 2.0 > 10.0",
      { cost: "4.5", "cost * 2.0": "9.0" },
    ],
    ['tools.exists(t, t == "b")', "true", 'tools.exists(t, t == "b")', { tools: "list of 2" }],
    [
      'now > timestamp("2030-01-01T00:00:00Z")',
      "false",
      'now > timestamp("2030-01-01T00:00:00Z")',
      {
        now: 'timestamp("2026-09-21T14:13:20Z")',
        'timestamp("2030-01-01T00:00:00Z")': 'timestamp("2030-01-01T00:00:00Z")',
      },
    ],
  ] as const)("%s", (source, result, decided, values) => {
    const explained = explain(source);
    expect(explained.result).toBe(result);
    expect(explained.decided.source).toBe(decided);
    expect(Object.fromEntries((explained.parts ?? []).map(({ source: name, value }) => [name, value]))).toEqual(values);
  });

  it("says where the deciding part stands, in code points", () => {
    expect(explain('input != "🙂" &&\n  cost > 5.0').decided).toEqual({
      source: "cost > 5.0",
      start: 18,
      end: 28,
      line: 2,
      column: 3,
      value: "false",
    });
  });

  it("never throws", () => {
    for (const source of ["", "(", "a ? b", "x.y.z", "`a`", "a[", "!!", "[1].exists(x, x > 0)"]) explain(source);
  });
});
