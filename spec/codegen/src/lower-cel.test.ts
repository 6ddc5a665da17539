import { describe, expect, it } from "vitest";
import { pythonTarget, typescriptTarget } from "./cel-targets.ts";
import { listConditionNames } from "./condition-names.ts";
import { lowerCondition, lowerExpression } from "./lower-cel.ts";
import { type PolicyTypeSpec, readSpec } from "./read-spec.ts";

const type = {
  number: 1,
  type: "t",
  phases: ["input"],
  reads: [],
  fields: {
    limit: { type: "number", required: true, doc: "a limit" },
    cap: { type: "money", doc: "a cap" },
    globs: { type: "globList", default: [], doc: "globs" },
    owners: { type: "stringMap", default: {}, doc: "owners" },
  },
  conditions: [],
} as unknown as PolicyTypeSpec;
const names = listConditionNames(type, readSpec());
const typescript = (source: string): string => lowerCondition(source, typescriptTarget, names).code;
const python = (source: string): string => lowerCondition(source, pythonTarget, names).code;

describe("conditions of the catalogue, lowered", () => {
  it("stay plain where nothing can fail", () => {
    expect(typescript("has(rule.cap) && cost > rule.cap")).toBe(
      "c.rule.cap !== undefined && c.cost > c.rule.cap".replace("c.cost > c.rule.cap", "(c.cost > c.rule.cap)"),
    );
    expect(python("has(rule.cap) && cost > rule.cap")).toBe('"cap" in c.rule and (c.cost > c.rule["cap"])');
  });

  it("let one side decide over a failure of the other", () => {
    expect(typescript('request.scores["x"] > 1.0 || cost > 0.0')).toBe(
      'lowered.eitherOf(() => (lowered.lookUp(c.evaluation.view.extras.scores, "x") > 1), () => (c.cost > 0))',
    );
    expect(python('request.scores["x"] > 1.0 || cost > 0.0')).toBe(
      'c.fn.either_of(lambda: (c.fn.look_up(c.evaluation.view.extras.scores, "x") > 1), lambda: (c.cost > 0))',
    );
  });

  it("look at sums of numbers that nothing bounds", () => {
    expect(typescript("cost + cost > 1.0")).toBe("(c.cost + c.cost) > 1");
    expect(typescript("rule.limit * 2.0 > 1.0")).toBe("lowered.finite(c.rule.limit * 2) > 1");
    expect(typescript("cost / rule.limit > 1.0")).toBe("lowered.divide(c.cost, c.rule.limit) > 1");
  });

  it("say which parts of a request they read", () => {
    const { parts } = lowerExpression('request.model == "m" && size(request.tool.args) > 0', typescriptTarget, names);
    expect([...parts].sort()).toEqual(["model", "tool"]);
  });

  it.each([
    ["rule.limt > 1.0", "unknown name `rule.limt`"],
    ["request.modle == 'm'", "unknown name `request.modle`"],
    ["rule.cap > 1.0", "`rule.cap` may be absent, test it with `has`"],
    ["rule.limit", "gives number, not bool"],
    ["request.model > 1.0", "cannot take a string"],
    ["request.model == 1.0", "cannot compare string with number"],
    ["rule.globs == rule.globs", "cannot compare list(string) with list(string)"],
    ["1.0 in rule.globs", "cannot look for a number there"],
    ["rule.limit.x == 1.0", "unknown name"],
    ["rule.globs.map(g, g).exists(g, g == 'a')", "only `all` and `exists` can be lowered"],
    ["request.model.matches('a')", "`matches` cannot be lowered"],
    ["size(rule.limit) > 1", "a number has no size"],
    ["rule.globs.all(g, g)", "needs a condition"],
    ["(cost > 1.0 ? 'a' : 1.0) == 'a'", "both sides of `?:` must have one type"],
    ["in_hours(now, rule.globs, '1', '2')", "`in_hours` takes"],
  ])("refuse `%s` when the contract is generated", (source, message) => {
    expect(() => typescript(source)).toThrow(message);
    expect(() => python(source)).toThrow(message);
  });
});
