// Code generated from spec/. Do not edit.

import type { Evidence } from "./messages";
import type { AutonomyLevel, EnforcementMode, Phase, PiiStrategy, Reason, Sensitivity, Severity } from "./tables";

export interface FieldTable {
  readonly type: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly set?: string;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly env?: string;
  readonly fields?: Readonly<Record<string, FieldTable>>;
}

/**
 * A counter that a type reads. `scope`, `scopeId`, `window`, `only`, `leak` and `strict` may name a field of the rule
 * (`rule.window`), `resetDay` and `timezone` always do.
 */
export interface StateTable {
  readonly name: string;
  readonly metric: string;
  readonly scope: string;
  readonly scopeId?: string;
  readonly window: string;
  readonly kind?: "calendar" | "sliding" | "bucket";
  readonly resetDay?: string;
  readonly timezone?: string;
  /** The counter is read and charged only when the rule sets this field. */
  readonly only?: string;
  /** Of a bucket: how much leaves it in one window. */
  readonly leak?: string;
  readonly strict?: string;
  /** Whether conditions may ask which share of the window is over. */
  readonly share?: boolean;
}

export interface Condition<Scope> {
  readonly id: string;
  readonly effect: "violation" | "alert";
  readonly reason: Reason;
  /** The strongest mode that this condition asks for, whatever the policy's mode. */
  readonly mode?: EnforcementMode;
  /** The state until whose window's end a violation that blocks also pauses the agent. */
  readonly pause?: string;
  readonly when: (c: Scope) => boolean;
  readonly message: (c: Scope) => string;
  readonly severity?: (c: Scope) => Severity;
  readonly evidence?: (c: Scope) => readonly Evidence[];
}

export interface PolicyType<Scope> {
  readonly number: number;
  readonly type: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly phases: readonly Phase[];
  readonly severity: Severity;
  readonly tier: AutonomyLevel;
  readonly reads: readonly string[];
  readonly atLeastOne: readonly string[];
  readonly fields: Readonly<Record<string, FieldTable>>;
  readonly state: readonly StateTable[];
  readonly uses: readonly { readonly name: string; readonly operator: OperatorName }[];
  readonly conditions: readonly Condition<Scope>[];
}

export type OperatorName = "injection_findings" | "pii_findings" | "tool_verdict" | "expression_result";

/** Highest injection score over the texts that the rule scans. */
export interface InjectionFindings {
  readonly score: number;
  readonly threshold: number;
  readonly severity: Severity;
  readonly path: string;
  readonly signals: string;
  readonly evidence: readonly Evidence[];
}

/** Personal data in all texts of the phase. */
export interface PiiFindings {
  readonly count: number;
  readonly categories: string;
  readonly evidence: readonly Evidence[];
}

/** What the lists and constraints of the rule say about the tool about to be called. */
export interface ToolVerdict {
  readonly decision: string;
  readonly tool: string;
  readonly rule: string;
  readonly evidence: readonly Evidence[];
}

/** The value of the rule's own expression. */
export interface ExpressionResult {
  readonly value: boolean;
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** Micro-dollars as a decimal amount: at least two digits after the point, at most six. */
export function formatMoney(micros: number): string {
  const sign = micros < 0 ? "-" : "";
  const whole = Math.floor(Math.abs(micros) / 1_000_000);
  const rest = String(Math.abs(micros) % 1_000_000).padStart(6, "0");
  return `${sign}${whole}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, "")} USD`;
}

/** Prompt injection scan: fields of its rule, defaults filled in, money in micro-dollars. */
export interface InjectionScanRule {
  /** own phrases, or `re:` and an RE2 pattern; each counts as strong evidence. */
  readonly patterns: readonly string[];
  /** languages of the catalogue to use; empty means all. */
  readonly languages: readonly string[];
  /** use the structural families (forged headers, role tags, chat templates). */
  readonly structural: boolean;
  /** scan what the user says. */
  readonly scan_input: boolean;
  /** scan what the model says. */
  readonly scan_output: boolean;
  /** scan the earlier messages sent along. */
  readonly scan_history: boolean;
  /** scan what tools returned. */
  readonly scan_tool_results: boolean;
  /** the severity from which a text violates. */
  readonly min_severity: Severity;
  /** shifts the threshold by 15 points either way. */
  readonly sensitivity: Sensitivity;
}

/** What the conditions of `injection_scan` read. */
export interface InjectionScanScope {
  readonly rule: InjectionScanRule;
  readonly cost: number;
  readonly found: InjectionFindings;
}

const injection_scan: PolicyType<InjectionScanScope> = {
  number: 1,
  type: "injection_scan",
  title: "Prompt injection scan",
  aliases: ["prompt_injection"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "high",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"patterns":{"type":"patternList","default":[]},"languages":{"type":"stringList","default":[]},"structural":{"type":"bool","default":true},"scan_input":{"type":"bool","default":true},"scan_output":{"type":"bool","default":false},"scan_history":{"type":"bool","default":true},"scan_tool_results":{"type":"bool","default":true},"min_severity":{"type":"enum","set":"severity","default":"medium"},"sensitivity":{"type":"enum","set":"sensitivity","default":"medium"}},
  state: [],
  uses: [{"name":"found","operator":"injection_findings"}],
  conditions: [
    {
      id: "score",
      effect: "violation",
      reason: "PROMPT_INJECTION",
      when: (c) => c.found.score >= c.found.threshold,
      message: (c) => `prompt injection suspected in ${c.found.path}: score ${c.found.score} of 100 (${c.found.signals})`,
      severity: (c) => c.found.severity,
      evidence: (c) => c.found.evidence,
    },
  ],
};

/** Personal data: fields of its rule, defaults filled in, money in micro-dollars. */
export interface PiiAccessRule {
  /** categories that violate; empty means all. */
  readonly denied_pii_types: readonly string[];
  /** categories that never violate. */
  readonly allowed_pii_types: readonly string[];
  /** how a found value is written in the text handed back. */
  readonly strategy: PiiStrategy;
  /** hand back the texts before the model and before tools transformed. */
  readonly mask_input: boolean;
  /** hand back outputs and tool results transformed. */
  readonly mask_output: boolean;
  /** keep the evidence (category and position, never the value) in the record. */
  readonly log_access: boolean;
  /** findings below are left out. */
  readonly min_confidence: number;
}

/** What the conditions of `pii_access` read. */
export interface PiiAccessScope {
  readonly rule: PiiAccessRule;
  readonly cost: number;
  readonly found: PiiFindings;
}

const pii_access: PolicyType<PiiAccessScope> = {
  number: 2,
  type: "pii_access",
  title: "Personal data",
  aliases: ["pii_detection"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "medium",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"denied_pii_types":{"type":"categoryList","set":"pii","default":[]},"allowed_pii_types":{"type":"categoryList","set":"pii","default":[]},"strategy":{"type":"enum","set":"piiStrategy","default":"redact"},"mask_input":{"type":"bool","default":false},"mask_output":{"type":"bool","default":false},"log_access":{"type":"bool","default":true},"min_confidence":{"type":"number","min":0,"max":1,"default":0.5}},
  state: [],
  uses: [{"name":"found","operator":"pii_findings"}],
  conditions: [
    {
      id: "found",
      effect: "violation",
      reason: "PII_FOUND",
      when: (c) => c.found.count > 0,
      message: (c) => `personal data found: ${c.found.categories}`,
      evidence: (c) => c.found.evidence,
    },
  ],
};

/** Cost limit: fields of its rule, defaults filled in, money in micro-dollars. */
export interface CostLimitRule {
  /** cap of one call. */
  readonly max_cost_per_execution?: number;
  /** budget of one day. */
  readonly daily_budget?: number;
  /** currency of the caps. */
  readonly currency: "USD";
}

/** What the conditions of `cost_limit` read. */
export interface CostLimitScope {
  readonly rule: CostLimitRule;
  readonly cost: number;
  readonly usage: { readonly spent_today: number };
}

const cost_limit: PolicyType<CostLimitScope> = {
  number: 6,
  type: "cost_limit",
  title: "Cost limit",
  aliases: [],
  phases: ["input","tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["cost"],
  atLeastOne: ["max_cost_per_execution","daily_budget"],
  fields: {"max_cost_per_execution":{"type":"money"},"daily_budget":{"type":"money"},"currency":{"type":"enum","values":["USD"],"default":"USD"}},
  state: [{"name":"spent_today","metric":"cost","scope":"agent","window":"1d"}],
  uses: [],
  conditions: [
    {
      id: "per_execution",
      effect: "violation",
      reason: "COST_PER_EXECUTION",
      when: (c) => c.rule.max_cost_per_execution !== undefined && (c.cost > c.rule.max_cost_per_execution),
      message: (c) => `estimated cost ${formatMoney(c.cost)} is over the cap of ${formatMoney(c.rule.max_cost_per_execution ?? 0)} for one execution`,
    },
    {
      id: "daily",
      effect: "violation",
      reason: "DAILY_BUDGET",
      when: (c) => c.rule.daily_budget !== undefined && ((c.usage.spent_today + c.cost) > c.rule.daily_budget),
      message: (c) => `spent ${formatMoney(c.usage.spent_today)} today, ${formatMoney(c.cost)} more is over the budget of ${formatMoney(c.rule.daily_budget ?? 0)}`,
    },
  ],
};

/** Monthly budget: fields of its rule, defaults filled in, money in micro-dollars. */
export interface BudgetCapRule {
  /** cap of one month. */
  readonly monthly_cap_usd: number;
  /** share of the cap from which an alert is raised. */
  readonly warning_threshold_pct: number;
  /** day on which a new month begins; the last day in shorter months. */
  readonly reset_day: number;
  /** IANA time zone of that day. */
  readonly timezone: string;
}

/** What the conditions of `budget_cap` read. */
export interface BudgetCapScope {
  readonly rule: BudgetCapRule;
  readonly cost: number;
  readonly usage: { readonly spent_month: number };
}

const budget_cap: PolicyType<BudgetCapScope> = {
  number: 7,
  type: "budget_cap",
  title: "Monthly budget",
  aliases: [],
  phases: ["input","tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["cost"],
  atLeastOne: [],
  fields: {"monthly_cap_usd":{"type":"money","required":true},"warning_threshold_pct":{"type":"number","min":0,"max":100,"default":80},"reset_day":{"type":"int","min":1,"max":31,"default":1},"timezone":{"type":"timezone","default":"UTC"}},
  state: [{"name":"spent_month","metric":"cost","scope":"policy_agents","window":"1mo","resetDay":"reset_day","timezone":"timezone"}],
  uses: [],
  conditions: [
    {
      id: "cap",
      effect: "violation",
      reason: "MONTHLY_BUDGET",
      when: (c) => (c.usage.spent_month + c.cost) > c.rule.monthly_cap_usd,
      message: (c) => `spent ${formatMoney(c.usage.spent_month)} this month, ${formatMoney(c.cost)} more is over the cap of ${formatMoney(c.rule.monthly_cap_usd ?? 0)}`,
    },
    {
      id: "warning",
      effect: "alert",
      reason: "BUDGET_WARNING",
      when: (c) => ((c.usage.spent_month + c.cost) <= c.rule.monthly_cap_usd) && ((c.usage.spent_month + c.cost) >= ((c.rule.monthly_cap_usd * c.rule.warning_threshold_pct) / 100)),
      message: (c) => `spent ${formatMoney(c.usage.spent_month)} with ${formatMoney(c.cost)} to come, of a cap of ${formatMoney(c.rule.monthly_cap_usd ?? 0)}`,
    },
  ],
};

/** Tool rules: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ToolInvocationRule {
  /** tools that may be called; an empty list allows none. */
  readonly allow?: readonly string[];
  /** tools that may not; a denial always wins. */
  readonly deny: readonly string[];
  /** tools that wait for a human. */
  readonly require_approval: readonly string[];
  /** what happens to a tool on no list; `deny` when `allow` is set, even empty; else `allow`. */
  readonly default?: "allow" | "deny";
  /** constraints on the arguments of a call. */
  readonly rules: readonly { readonly tool: string; readonly agents: readonly string[]; readonly when: string }[];
}

/** What the conditions of `tool_invocation` read. */
export interface ToolInvocationScope {
  readonly rule: ToolInvocationRule;
  readonly cost: number;
  readonly verdict: ToolVerdict;
}

const tool_invocation: PolicyType<ToolInvocationScope> = {
  number: 11,
  type: "tool_invocation",
  title: "Tool rules",
  aliases: ["tool_allowlist","tool_call"],
  phases: ["tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["tool"],
  atLeastOne: [],
  fields: {"allow":{"type":"globList"},"deny":{"type":"globList","default":[]},"require_approval":{"type":"globList","default":[]},"default":{"type":"enum","values":["allow","deny"]},"rules":{"type":"objectList","default":[],"fields":{"tool":{"type":"glob","required":true},"agents":{"type":"stringList","default":[]},"when":{"type":"cel","env":"toolRuleVariables","required":true}}}},
  state: [],
  uses: [{"name":"verdict","operator":"tool_verdict"}],
  conditions: [
    {
      id: "deny",
      effect: "violation",
      reason: "TOOL_DENIED",
      when: (c) => c.verdict.decision === "deny",
      message: (c) => `tool \`${c.verdict.tool}\` is denied`,
    },
    {
      id: "not_allowed",
      effect: "violation",
      reason: "TOOL_NOT_ALLOWED",
      when: (c) => c.verdict.decision === "not_allowed",
      message: (c) => `tool \`${c.verdict.tool}\` is not on the allow list`,
    },
    {
      id: "arguments",
      effect: "violation",
      reason: "TOOL_ARGUMENTS",
      when: (c) => c.verdict.decision === "arguments",
      message: (c) => `the arguments of tool \`${c.verdict.tool}\` break the constraint \`${c.verdict.rule}\``,
    },
    {
      id: "approval",
      effect: "violation",
      reason: "TOOL_NEEDS_APPROVAL",
      mode: "require_approval",
      when: (c) => c.verdict.decision === "require_approval",
      message: (c) => `tool \`${c.verdict.tool}\` needs approval`,
    },
  ],
};

/** Expression: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ExpressionRule {
  /** a CEL expression with a boolean result. */
  readonly expression: string;
  /** what the violation says. */
  readonly message: string;
  /** your own word for why, kept as the evidence's category. */
  readonly reason: string;
}

/** What the conditions of `expression` read. */
export interface ExpressionScope {
  readonly rule: ExpressionRule;
  readonly cost: number;
  readonly found: ExpressionResult;
}

const expression: PolicyType<ExpressionScope> = {
  number: 28,
  type: "expression",
  title: "Expression",
  aliases: ["cel"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "medium",
  tier: "observe",
  reads: ["expression"],
  atLeastOne: [],
  fields: {"expression":{"type":"cel","env":"variables","required":true},"message":{"type":"string","default":""},"reason":{"type":"string","default":""}},
  state: [],
  uses: [{"name":"found","operator":"expression_result"}],
  conditions: [
    {
      id: "true",
      effect: "violation",
      reason: "EXPRESSION_TRUE",
      when: (c) => c.found.value,
      message: (c) => `${c.found.message}`,
      evidence: (c) => c.found.evidence,
    },
  ],
};

/** Every policy type, by name. */
export const policyTypes = { injection_scan, pii_access, cost_limit, budget_cap, tool_invocation, expression } as const;
