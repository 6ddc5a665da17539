import { type CompileContext, compile } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { lintPolicies } from "./lint-policies";

function lint(policies: readonly object[], context: CompileContext = {}, classifiers?: readonly string[]): string[] {
  const compiled = compile(policies, context);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { plan } = compiled;
  const active = plan.policies.filter(({ isActive }) => isActive !== false);
  const places = new Map(policies.map((policy, index) => [(policy as { id: string }).id, `/${index}`]));
  return lintPolicies({ plan, policies: active, context, classifiers, pointerOf: (id) => places.get(id) ?? "" }).map(
    ({ kind, pointer, message }) => `${kind} ${pointer} ${message}`,
  );
}

const tools = (id: string, ruleDefinition: object, more: object = {}) => ({
  id,
  policyType: "tool_invocation",
  enforcementMode: "block",
  ruleDefinition,
  ...more,
});
const cel = (id: string, expression: string, more: object = {}) => ({
  id,
  policyType: "expression",
  enforcementMode: "block",
  ruleDefinition: { expression },
  ...more,
});

describe("shadowed", () => {
  it("is a second policy of the same rule", () => {
    expect(lint([cel("a", "cost > 1.0"), cel("b", "cost > 1.0", { enforcementMode: "warn" })])).toEqual([
      "shadowed /1 shadowed by `a`: the same rule, for at least the same requests, in mode block",
    ]);
  });

  it("is not one that reaches further", () => {
    expect(lint([cel("a", "cost > 1.0", { environments: ["dev"] }), cel("b", "cost > 1.0")])).toEqual([
      "shadowed /0 shadowed by `b`: the same rule, for at least the same requests, in mode block",
    ]);
    const scopes = [{ environments: ["dev"] }, { environments: ["production"] }];
    expect(lint([cel("a", "cost > 1.0", scopes[0]), cel("b", "cost > 1.0", scopes[1])])).toEqual([]);
  });

  it("are patterns and globs that another covers", () => {
    const scan = { id: "i", policyType: "injection_scan", ruleDefinition: { patterns: ["secret", "re:the SECRET"] } };
    expect(lint([{ ...scan, ruleDefinition: { patterns: ["secret", "the secret word"] } }])).toEqual([
      "shadowed /0/ruleDefinition/patterns/1 pattern `the secret word` is covered by `secret`",
    ]);
    expect(lint([tools("t", { allow: ["db.*", "db.read"] })])).toEqual([
      "shadowed /0/ruleDefinition/allow/1 `db.read` is covered by `db.*`",
    ]);
  });
});

describe("contradictory", () => {
  it("is a tool that is given and denied", () => {
    expect(lint([tools("t", { allow: ["db.write"], deny: ["db.*"] })])).toEqual([
      "contradictory /0/ruleDefinition/allow/0 `db.write` is denied by `deny`, and a denial always wins",
    ]);
    expect(lint([tools("a", { allow: ["pay"] }), tools("b", { deny: ["pay"] })])).toEqual([
      "contradictory /0/ruleDefinition/allow/0 `pay` is allowed here and denied by `b`",
    ]);
    expect(lint([tools("t", { allow: ["db.*"], deny: ["db.write"] })])).toEqual([]);
  });

  it("are limits of which one can never be reached", () => {
    const cost = { id: "c", policyType: "cost_limit", ruleDefinition: { max_cost_per_execution: 9, daily_budget: 5 } };
    expect(lint([cost])).toEqual([
      "contradictory /0/ruleDefinition/max_cost_per_execution `max_cost_per_execution` is more than `daily_budget`: it can never be reached",
    ]);
  });
});

describe("unreachable", () => {
  it("is a rule for a tool that is denied or not allowed", () => {
    const rules = [{ tool: "pay", when: "args.n < 3.0" }];
    expect(lint([tools("t", { deny: ["pay"], rules })])).toEqual([
      "unreachable /0/ruleDefinition/rules/0 the rule for `pay` is never asked: the tool is denied",
    ]);
    expect(lint([tools("t", { allow: ["read"], rules })])).toEqual([
      "unreachable /0/ruleDefinition/rules/0 the rule for `pay` is never asked: no such tool is on `allow`",
    ]);
    expect(lint([tools("t", { allow: ["p*"], rules })])).toEqual([]);
  });

  it("is a policy that waits for what never comes", () => {
    const never = cel("never", "cost > 5.0 && cost < 3.0");
    const waits = cel("waits", "tokens > 5", { prerequisites: ["never"], chainTrigger: "any_violated" });
    expect(lint([never, waits])).toContain(
      "unreachable /1/chainTrigger waits for a violation, and none of its prerequisites can be violated",
    );
    const always = cel("always", "cost > 5.0 || cost <= 5.0");
    expect(lint([always, cel("waits", "tokens > 5", { prerequisites: ["always"] })])).toContain(
      "unreachable /1/chainTrigger waits for `always` to pass, which is violated by every request",
    );
  });

  it("is a prerequisite that never counts", () => {
    const first = cel("first", "tokens > 5", { environments: ["dev"] });
    expect(lint([first, cel("b", "cost > 1.0", { prerequisites: ["first"], environments: ["production"] })])).toEqual([
      "unreachable /1/prerequisites/0 prerequisite `first` never counts: it is for other agents or environments",
    ]);
    expect(lint([{ ...first, isActive: false }, cel("b", "cost > 1.0", { prerequisites: ["first"] })])).toEqual([
      "unreachable /1/prerequisites/0 prerequisite `first` never counts: it is not active",
    ]);
  });
});

describe("never matching and always matching", () => {
  it("are conditions that do not depend on anything", () => {
    expect(lint([cel("a", 'environment == "a" && environment == "b"')])).toEqual([
      "never-matches /0/ruleDefinition/expression the expression is never true: nothing can violate it",
    ]);
    expect(lint([cel("a", "true")])).toEqual([
      "always-matches /0/ruleDefinition/expression the expression is always true: every request violates it",
    ]);
  });

  it("are scopes that nobody is in", () => {
    const agents = [{ agentId: "bot", environment: "production", teamId: "ops", labels: { tier: "gold" } }];
    const context = { agents } as CompileContext;
    expect(lint([cel("a", "cost > 1.0", { environments: ["mars"] })], context)).toEqual([
      "never-matches /0/environments no agent is in the environment `mars`",
    ]);
    expect(lint([cel("a", "cost > 1.0", { labels: { tier: "lead" } })], context)).toEqual([
      "never-matches /0/labels no agent has these labels",
    ]);
    expect(lint([cel("a", "cost > 1.0", { level: "team", targetId: "sales" })], context)).toEqual([
      "never-matches /0/targetId no agent belongs to the team `sales`",
    ]);
    expect(lint([cel("a", "cost > 1.0", { level: "team", targetId: "ops", labels: { tier: "*" } })], context)).toEqual(
      [],
    );
  });
});

describe("tiers", () => {
  it("are bundles of which a control is missing", () => {
    const context = { agents: [{ agentId: "bot", autonomyLevel: "observe" }] } as CompileContext;
    const scan = { id: "i", policyType: "injection_scan", enforcementMode: "warn", ruleDefinition: {} };
    expect(lint([scan], context)).toEqual([
      "tier  agent `bot` of tier observe has no policy of type `pii_access` in mode warn or stricter",
    ]);
  });
});

describe("classifier", () => {
  const scan = (id: string, policyType: string, ruleDefinition: object) => ({ id, policyType, ruleDefinition });
  const policies = [
    scan("a", "injection_scan", { classifier: "guard" }),
    scan("b", "semantic_check", { classifier: "other" }),
    scan("c", "output_classifier", { labels: { x: 0.5 } }),
    scan("d", "output_classifier", { classifier: "builtin", labels: { injection: 0.5 } }),
    scan("e", "content_moderation", {}),
    scan("f", "output_classifier", { classifier: "tone", labels: { x: 0.5 } }),
  ];

  it("is a policy that names one which the client does not have", () => {
    expect(lint(policies, {}, ["guard"]).filter((finding) => finding.startsWith("classifier"))).toEqual([
      "classifier /1/ruleDefinition/classifier the client has no classifier `other`: the policy cannot be decided",
      "classifier /5/ruleDefinition/classifier the client has no classifier `tone`: the policy cannot be decided",
    ]);
  });

  it("is not told where nobody says what the client has", () => {
    expect(lint(policies).filter((finding) => finding.startsWith("classifier"))).toEqual([]);
  });
});
