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

describe("shadowed by a stricter rule", () => {
  const rule = (id: string, policyType: string, ruleDefinition: object, more: object = {}) => ({
    id,
    policyType,
    enforcementMode: "block",
    ruleDefinition,
    ...more,
  });
  const findings = (policyType: string, strict: object, mild: object, more: object = {}): string[] =>
    lint([rule("strict", policyType, strict), rule("mild", policyType, mild, more)]);
  const shadowed =
    "shadowed /1 shadowed by `strict`: a rule at least as strict, for at least the same requests, in mode block";

  it("is a higher cap, fewer terms or fewer categories", () => {
    expect(findings("cost_limit", { daily_budget: 5, max_cost_per_execution: 1 }, { daily_budget: 9 })).toEqual([
      shadowed,
    ]);
    expect(findings("rate_limit", { max_calls: 5, window: "1m" }, { max_calls: 6 })).toEqual([shadowed]);
    expect(findings("session_limits", {}, { max_tool_calls: 200 })).toEqual([shadowed]);
    expect(findings("keyword_filter", { terms: ["alpha", "beta"] }, { terms: ["alpha"] })).toEqual([shadowed]);
    expect(findings("pii_access", {}, { denied_pii_types: ["email"] })).toEqual([shadowed]);
  });

  it("is the same rule with a default written out", () => {
    const [first, second] = [
      rule("a", "rate_limit", { max_calls: 5 }),
      rule("b", "rate_limit", { max_calls: 5, window: "1m" }),
    ];
    expect(lint([first, second])).toEqual([
      "shadowed /1 shadowed by `a`: the same rule, for at least the same requests, in mode block",
    ]);
  });

  it("is none of which anything else differs", () => {
    expect(findings("cost_limit", { daily_budget: 5 }, { max_cost_per_execution: 9 })).toEqual([]);
    expect(findings("rate_limit", { max_calls: 5, window: "1m" }, { max_calls: 6, window: "1h" })).toEqual([]);
    expect(findings("keyword_filter", { terms: ["alpha"] }, { terms: ["alpha", "beta"], mode: "require" })).toEqual([]);
    const monitored = rule("strict", "cost_limit", { daily_budget: 5 }, { enforcementMode: "monitor" });
    expect(lint([monitored, rule("mild", "cost_limit", { daily_budget: 9 })])).toEqual([]);
    const lenient = rule("strict", "cost_limit", { daily_budget: 5 }, { onError: "record" });
    expect(lint([lenient, rule("mild", "cost_limit", { daily_budget: 9 })])).toEqual([]);
  });
});

describe("contradictory", () => {
  it("is a host, a source or a model that is given and denied", () => {
    const of = (policyType: string, ruleDefinition: object) => lint([{ id: "p", policyType, ruleDefinition }]);
    expect(
      of("external_call_limit", { allowed_domains: ["api.example.com"], denied_domains: ["*.example.com"] }),
    ).toEqual([
      "contradictory /0/ruleDefinition/allowed_domains/0 `api.example.com` is denied by `denied_domains`, and a denial always wins",
    ]);
    expect(of("data_access", { allowed_sources: ["s3://a/*"], denied_sources: ["s3://*"] })).toEqual([
      "contradictory /0/ruleDefinition/allowed_sources/0 `s3://a/*` is denied by `denied_sources`, and a denial always wins",
    ]);
    expect(of("model_allowlist", { allow: ["gpt-4o"], deny: ["gpt-*"] })).toEqual([
      "contradictory /0/ruleDefinition/allow/0 `gpt-4o` is denied by `deny`, and a denial always wins",
    ]);
    expect(of("model_allowlist", { allow: ["gpt-*"], deny: ["gpt-4o"] })).toEqual([]);
  });

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

  it("is a policy that waits for one that never runs", () => {
    const never = cel("never", "cost > 5.0 && cost < 3.0");
    const skipped = cel("skipped", "cost > 1.0", { prerequisites: ["never"], chainTrigger: "any_violated" });
    const after = cel("after", "tokens > 1", { prerequisites: ["skipped"] });
    expect(lint([never, skipped, { ...after, chainTrigger: "any_violated" }])).toContain(
      "unreachable /2/chainTrigger waits for a violation, and none of its prerequisites can be violated",
    );
    expect(lint([never, skipped, after])).toContain(
      "unreachable /2/chainTrigger waits for `skipped` to pass, which never runs",
    );
    // Where its prerequisite does not count, it runs.
    const sometimes = { ...never, environments: ["dev"] };
    expect(lint([sometimes, skipped, after]).filter((text) => text.includes("/2"))).toEqual([]);
    const inputOnly = cel("never", 'input == "a" && input == "b"');
    expect(lint([inputOnly, skipped, after]).filter((text) => text.includes("/2"))).toEqual([]);
  });

  it("is not one that counts in some requests only", () => {
    const before = cel("before", 'input == "" || input != ""'); // in phase `input` and between agents
    const after = { prerequisites: ["before"] };
    const unreachable = (policies: readonly object[]) => lint(policies).filter((text) => text.includes("unreachable"));
    expect(unreachable([before, cel("b", "cost > 1.0", after)])).toEqual([]);
    expect(unreachable([before, cel("b", 'input == "x"', after)])).toEqual([
      "unreachable /1/chainTrigger waits for `before` to pass, which is violated by every request",
    ]);
    expect(unreachable([before, cel("b", 'output == "x"', after)])).toEqual([
      "unreachable /1/prerequisites/0 prerequisite `before` never counts: it has no phase in common with it",
    ]);
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

  it("are expressions that come to the same in every phase in which they run", () => {
    const never = "never-matches /0/ruleDefinition/expression the expression is never true: nothing can violate it";
    expect(lint([cel("a", "phase == 'output' && tool.name == 'pay'")])).toEqual([never]);
    expect(lint([cel("a", "phase == 'tool_call' && size(output) > 5 // late")])).toEqual([never]);
    expect(lint([cel("a", "phase == 'tool_result' && tool.name == 'pay'")])).toEqual([]);
    expect(lint([cel("a", "phase == 'output' && (input + output).contains('x')")])).toEqual([]);
    expect(lint([cel("a", "phase == 'output' && cost > 1.0")])).toEqual([]);
    expect(lint([cel("a", "size(input) < 0")])).toEqual([never]);
    expect(lint([cel("a", "phase != 'output' || tool.name == 'pay' || tool.name != 'pay'")])).toEqual([
      "always-matches /0/ruleDefinition/expression the expression is always true: every request violates it",
    ]);
  });

  it("are rules that look at nothing or restrict nothing", () => {
    const of = (policyType: string, ruleDefinition: object) => lint([{ id: "p", policyType, ruleDefinition }]);
    const off = "never-matches /0/ruleDefinition all that it looks at is switched off: nothing can violate it";
    expect(of("secret_leak", { scan_input: false, scan_output: false })).toEqual([off]);
    expect(of("secret_leak", { scan_input: false })).toEqual([]);
    expect(of("tool_output_scan", { pii: false, injection: false, secrets: false })).toEqual([off]);
    const none = { scan_input: false, scan_history: false, scan_tool_results: false };
    expect(of("injection_scan", none)).toEqual([off]);
    expect(of("injection_scan", { ...none, scan_output: true })).toEqual([]);
    const silent =
      "never-matches /0/ruleDefinition every tool is allowed and nothing is asked of any: nothing can violate it";
    expect(lint([tools("t", {})])).toEqual([silent]);
    expect(lint([tools("t", { allow: ["pay"], default: "allow" })])).toEqual([silent]);
    expect(lint([tools("t", { allow: [] })])).toEqual([]);
    expect(of("pii_access", { denied_pii_types: ["email"], allowed_pii_types: ["email"] })).toEqual([
      "never-matches /0/ruleDefinition/denied_pii_types every category is on `allowed_pii_types` too: nothing can violate it",
    ]);
  });

  it("are earlier steps that cannot be", () => {
    const order = (name: string) =>
      lint([
        {
          id: "p",
          policyType: "sequence",
          ruleDefinition: { rules: [{ when: "tool.name == 'b'", [name]: "step.tool == 'x' && step.tool == 'y'" }] },
        },
      ]);
    expect(order("after")).toEqual([
      "never-matches /0/ruleDefinition/rules/0/after no step can be that: it forbids nothing",
    ]);
    expect(order("not_after")).toEqual([
      "always-matches /0/ruleDefinition/rules/0/not_after no step can be that: it is always missing",
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
