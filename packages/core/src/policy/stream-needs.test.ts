import { describe, expect, it } from "vitest";
import { streams } from "../gen/tables";
import { compile } from "./compile";
import { streamNeeds } from "./stream-needs";

const needsOf = (...policies: readonly object[]) => {
  const compiled = compile(policies);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return streamNeeds(compiled.plan, { agentId: "bot", phase: "output", output: "" });
};
const local = { id: "pii", policyType: "pii_access", enforcementMode: "block", ruleDefinition: {} };
const keywords = { id: "words", policyType: "keyword_filter", enforcementMode: "block" };
const expression = { id: "cel", policyType: "expression", ruleDefinition: { expression: "size(output) < 5" } };

describe("what a plan asks of a stream", () => {
  it("is the hold-back of the catalogue where policies judge place by place", () => {
    expect(needsOf(local)).toEqual({ whole: false, holdBack: streams.holdBack });
    expect(needsOf({ ...keywords, ruleDefinition: { mode: "deny", terms: ["a"] } }).whole).toBe(false);
  });

  it("is the whole text where a policy that can hold the step speaks about it", () => {
    expect(needsOf({ ...expression, enforcementMode: "block" }).whole).toBe(true);
    expect(needsOf({ ...expression, enforcementMode: "require_approval" }).whole).toBe(true);
    expect(needsOf({ ...expression, enforcementMode: "monitor" }).whole).toBe(false);
    expect(needsOf({ ...keywords, ruleDefinition: { mode: "require", terms: ["a"] } }).whole).toBe(true);
    expect(needsOf(local, { ...local, id: "second", prerequisites: ["pii"] }).whole).toBe(true);
  });

  it("is not the whole text where that policy is for another phase or agent", () => {
    expect(needsOf({ ...expression, enforcementMode: "block", appliesToAgents: ["other"] }).whole).toBe(false);
  });

  it("is the whole text where the request cannot be read", () => {
    const compiled = compile([local]);
    if (!compiled.ok) throw new Error("does not compile");
    expect(streamNeeds(compiled.plan, 7).whole).toBe(true);
    expect(streamNeeds(compiled.plan, { agentId: 7, phase: "output" }).whole).toBe(true);
  });

  it("holds back the longest match of a policy's own patterns", () => {
    const terms = ["x.{0,900}y"];
    const rule = { mode: "deny", match: "re2", terms };
    expect(needsOf({ ...keywords, ruleDefinition: rule }).holdBack).toBe(2 * 902);
    expect(needsOf({ ...keywords, ruleDefinition: { ...rule, terms: ["x.*y"] } }).holdBack).toBe(streams.holdBack);
  });
});
