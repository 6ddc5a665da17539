// Code generated from spec/. Do not edit.

import * as lowered from "../policy/lowered";
import type { Evaluation } from "../policy/operator";
import type { Evidence } from "./messages";
import type { AutonomyLevel, DataClassification, DelegationAction, EnforcementMode, FailMode, Phase, PiiStrategy, Reason, ScriptLanguage, Sensitivity, Severity, UsageScope, UsageWindow } from "./tables";

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
 * A counter that a type reads. `scope`, `scopeId`, `window`, `only`, `leak`, `strict` and `cap` may name a field of the rule
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
  /** The most that may be counted in one window, where the type has such a field. */
  readonly cap?: string;
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
  readonly type: string;
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

export type OperatorName = "injection_findings" | "pii_findings" | "secret_findings" | "moderation_scores" | "tool_output_findings" | "tool_verdict" | "expression_result" | "token_count" | "external_hosts" | "record_count" | "time_check" | "session_check" | "sequence_check" | "flow_check" | "keyword_findings" | "approval_check" | "access_verdict" | "source_verdict" | "integrity_check" | "quality_check" | "class_check" | "shape_check" | "delegation_verdict" | "meaning_check" | "validator_answer";

/** Highest injection score over the texts that the rule scans. */
export interface InjectionFindings {
  readonly score: number;
  readonly threshold: number;
  readonly severity: Severity;
  readonly path: string;
  readonly signals: string;
  readonly skipped: string;
  readonly evidence: readonly Evidence[];
}

/** Personal data in all texts of the phase. */
export interface PiiFindings {
  readonly count: number;
  readonly categories: string;
  readonly forged: number;
  readonly evidence: readonly Evidence[];
}

/** Credentials in the texts that the rule scans. */
export interface SecretFindings {
  readonly count: number;
  readonly kinds: string;
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
}

/** Categories of harmful content whose score reaches its threshold. */
export interface ModerationScores {
  readonly count: number;
  readonly categories: string;
  readonly severity: Severity;
  readonly skipped: string;
  readonly evidence: readonly Evidence[];
}

/** Personal data, planted instructions and credentials in what a tool returned. */
export interface ToolOutputFindings {
  readonly count: number;
  readonly what: string;
  readonly severity: Severity;
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

/** Tokens of this step, as stated or else estimated from its texts. */
export interface TokenCount {
  readonly input: number;
  readonly output: number;
  readonly total: number;
  readonly evidence: readonly Evidence[];
}

/** Hosts that the arguments of a tool call name, and what the lists of the rule say about them. */
export interface ExternalHosts {
  readonly count: number;
  readonly unreadable: string;
  readonly denied: string;
  readonly private: string;
  readonly unlisted: string;
  readonly evidence: readonly Evidence[];
}

/** Records that a call asks for or that a tool returned. */
export interface RecordCount {
  readonly count: number;
  readonly evidence: readonly Evidence[];
}

/** Whether now is inside the allowed hours or inside a freeze. */
export interface TimeCheck {
  readonly outside: boolean;
  readonly frozen: boolean;
  readonly local: string;
  readonly evidence: readonly Evidence[];
}

/** What this step adds to its session, how long the session lasts, and how often the same call came. */
export interface SessionCheck {
  readonly tool_calls: number;
  readonly turns: number;
  readonly duration_s: number;
  readonly repeats: number;
  readonly looping: boolean;
  readonly tool: string;
  readonly evidence: readonly Evidence[];
}

/** The first rule of an order of steps that is broken, and how. */
export interface SequenceCheck {
  readonly decision: string;
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** Whether labels that the session carries forbid the sink that this step reaches. */
export interface FlowCheck {
  readonly decision: string;
  readonly labels: string;
  readonly sink: string;
  readonly evidence: readonly Evidence[];
}

/** Denied terms that occur and required ones that do not. */
export interface KeywordFindings {
  readonly denied: string;
  readonly missing: string;
  readonly path: string;
  readonly evidence: readonly Evidence[];
}

/** Whether this step needs an approval that it has not, and its risk. */
export interface ApprovalCheck {
  readonly needed: boolean;
  readonly action: string;
  readonly score: number;
  readonly tier: Severity;
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

/** What the statements of the rule say about who does what to which resource. */
export interface AccessVerdict {
  readonly decision: string;
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  readonly evidence: readonly Evidence[];
}

/** What the rule says about where data comes from and how it is classified. */
export interface SourceVerdict {
  readonly decision: string;
  readonly source: string;
  readonly too_sensitive: boolean;
  readonly classification: string;
  readonly most: string;
  readonly evidence: readonly Evidence[];
}

/** Whether a tool's descriptor is known, and what it says. */
export interface IntegrityCheck {
  readonly state: string;
  readonly tool: string;
  readonly server: string;
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

/** The first measure below its least value, and what our own checks found. */
export interface QualityCheck {
  readonly metric: string;
  readonly value: number;
  readonly least: number;
  readonly empty: boolean;
  readonly refusal: boolean;
  readonly repetition: number;
  readonly repeated_pct: number;
  readonly foreign: boolean;
  readonly evidence: readonly Evidence[];
}

/** The first label whose probability is over its limit. */
export interface ClassCheck {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly skipped: string;
  readonly evidence: readonly Evidence[];
}

/** Whether an answer, or the arguments of a tool, satisfy the schema. */
export interface ShapeCheck {
  readonly decision: string;
  readonly path: string;
  readonly keyword: string;
  readonly evidence: readonly Evidence[];
}

/** Who asks what of which agent, and whether a grant lets it. */
export interface DelegationVerdict {
  readonly depth: number;
  readonly action: string;
  readonly target: string;
  readonly granted: boolean;
  readonly tool: string;
  readonly evidence: readonly Evidence[];
}

/** The highest score of the texts that are looked at. */
export interface MeaningCheck {
  readonly score: number;
  readonly path: string;
  readonly skipped: string;
  readonly evidence: readonly Evidence[];
}

/** What the validator of this policy answered. */
export interface ValidatorAnswer {
  readonly decision: string;
  readonly because: string;
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
  /** let the learned model add evidence to what phrases and structure show; a choice of languages leaves it out. */
  readonly learned: boolean;
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
  /** a classifier of the client whose score of all scanned texts takes the place of the learned model's. */
  readonly classifier: string;
  /** which of its scores counts; empty: the only one. */
  readonly classifier_label: string;
}

/** What the conditions of `injection_scan` read. */
export interface InjectionScanScope {
  readonly rule: InjectionScanRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: InjectionFindings;
}

/** Personal data: fields of its rule, defaults filled in, money in micro-dollars. */
export interface PiiAccessRule {
  /** categories that violate; empty means all. In one that is named, a value that fills its text, line or cell needs no word beside it. */
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
  /** further kinds of personal data, of the organisation's own. */
  readonly recognizers: readonly { readonly name: string; readonly pattern: string; readonly context: readonly string[]; readonly confidence: number; readonly context_confidence: number; readonly checksum: string }[];
}

/** What the conditions of `pii_access` read. */
export interface PiiAccessScope {
  readonly rule: PiiAccessRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: PiiFindings;
}

/** Secret leak: fields of its rule, defaults filled in, money in micro-dollars. */
export interface SecretLeakRule {
  /** kinds of the catalogue that violate; empty means all. */
  readonly kinds: readonly string[];
  /** scan what goes to the model and to tools: input, history, tool arguments. */
  readonly scan_input: boolean;
  /** scan what the model says and what tools return. */
  readonly scan_output: boolean;
  /** bits a character from which a value assigned to a telling name counts; short values and small alphabets need three quarters of what they can reach. */
  readonly min_entropy: number;
  /** hand back the texts before the model and before tools without the secrets. */
  readonly mask_input: boolean;
  /** hand back outputs and tool results without the secrets. */
  readonly mask_output: boolean;
}

/** What the conditions of `secret_leak` read. */
export interface SecretLeakScope {
  readonly rule: SecretLeakRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: SecretFindings;
}

/** Content moderation: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ContentModerationRule {
  /** the score (0 to 1) from which each category violates; 1 all but switches a category off. */
  readonly categories: { readonly hate: number; readonly harassment: number; readonly sexual: number; readonly sexual_minors: number; readonly violence: number; readonly self_harm: number; readonly illicit: number; readonly weapons: number };
  /** use the learned model beside the phrases. */
  readonly learned: boolean;
  /** a score for a category that the request brings along (`classifications`) takes the place of the built-in one. */
  readonly use_classifications: boolean;
  /** a classifier of the client whose scores, by category, take the place of the built-in ones; categories that it does not know keep theirs. */
  readonly classifier: string;
}

/** What the conditions of `content_moderation` read. */
export interface ContentModerationScope {
  readonly rule: ContentModerationRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: ModerationScores;
}

/** Keywords: fields of its rule, defaults filled in, money in micro-dollars. */
export interface KeywordFilterRule {
  /** words, phrases, or RE2 patterns, as `match` says. */
  readonly terms: readonly string[];
  /** how a term is looked for. */
  readonly match: "word" | "substring" | "re2";
  /** tell capital letters from small ones. */
  readonly case_sensitive: boolean;
  /** `deny`: no term may occur; `require`: every term must. */
  readonly mode: "deny" | "require";
}

/** What the conditions of `keyword_filter` read. */
export interface KeywordFilterScope {
  readonly rule: KeywordFilterRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: KeywordFindings;
}

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
  readonly evaluation: Evaluation;
  readonly usage: { readonly spent_today: number };
}

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
  readonly evaluation: Evaluation;
  readonly usage: { readonly spent_month: number };
}

/** Budget of a window: fields of its rule, defaults filled in, money in micro-dollars. */
export interface CostBudgetRule {
  /** whose spend is counted together. */
  readonly scope: UsageScope;
  /** the one that the budget is for; every one by itself when absent. */
  readonly scope_id?: string;
  /** calendar minute, hour, day or month in UTC, or the session. */
  readonly window: UsageWindow;
  /** cap of one window. */
  readonly cap_usd: number;
  /** what a violation asks for, never more than the policy's mode. */
  readonly action: "warn" | "block" | "pause_agent";
  /** share of the cap from which an alert is raised. */
  readonly warning_threshold_pct: number;
  /** raise an alert when the pace so far would spend the cap before the window is over. */
  readonly burn_rate_alert: boolean;
  /** the budget must hold across processes too; a store that leases budgets grants nothing ahead. */
  readonly strict: boolean;
}

/** What the conditions of `cost_budget` read. */
export interface CostBudgetScope {
  readonly rule: CostBudgetRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly usage: { readonly spent: number };
  readonly share: { readonly spent: number };
}

/** Token limit: fields of its rule, defaults filled in, money in micro-dollars. */
export interface TokenLimitRule {
  /** tokens that one step may send to the model. */
  readonly max_input_tokens?: number;
  /** tokens that the model may give in one step. */
  readonly max_output_tokens?: number;
  /** tokens of both kinds in one window. */
  readonly max_tokens_per_window?: number;
  /** a sliding minute, hour, day or 30 days, or the session. */
  readonly window: UsageWindow;
  /** whose tokens are counted together. */
  readonly scope: UsageScope;
  /** the one that the limit is for; every one by itself when absent. */
  readonly scope_id?: string;
}

/** What the conditions of `token_limit` read. */
export interface TokenLimitScope {
  readonly rule: TokenLimitRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly usage: { readonly tokens: number };
  readonly found: TokenCount;
}

/** Rate limit: fields of its rule, defaults filled in, money in micro-dollars. */
export interface RateLimitRule {
  /** calls in one window. */
  readonly max_calls: number;
  /** a sliding minute, hour, day or 30 days, or the session. */
  readonly window: UsageWindow;
  /** whose calls are counted together. */
  readonly scope: UsageScope;
  /** the one that the limit is for; every one by itself when absent. */
  readonly scope_id?: string;
  /** calls at once: a bucket of so many, refilled evenly with `max_calls` in one window. */
  readonly burst?: number;
}

/** What the conditions of `rate_limit` read. */
export interface RateLimitScope {
  readonly rule: RateLimitRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly usage: { readonly calls: number; readonly pending: number };
}

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
  readonly rules: readonly { readonly tool: string; readonly agents: readonly string[]; readonly when?: string; readonly schema?: unknown }[];
}

/** What the conditions of `tool_invocation` read. */
export interface ToolInvocationScope {
  readonly rule: ToolInvocationRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly verdict: ToolVerdict;
}

/** Approval of actions: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ActionApprovalRule {
  /** actions that need an approval; in tool_call the tool's name is the action. */
  readonly actions: readonly string[];
  /** approval is needed only when this is true. */
  readonly when?: string;
  /** factors from 0 to 100, and what each weighs; without them every listed action needs an approval. */
  readonly risk?: { readonly tool_sensitivity: Readonly<Record<string, number>>; readonly data_scope: Readonly<Record<string, number>>; readonly environments: Readonly<Record<string, number>>; readonly weights: { readonly tool_sensitivity: number; readonly data_scope: number; readonly environments: number; readonly records: number }; readonly min_tier: Severity };
  /** who may approve; empty means whoever may approve at all. */
  readonly approvers: readonly string[];
  /** how long an approval may last. */
  readonly expiry_minutes: number;
}

/** What the conditions of `action_approval` read. */
export interface ActionApprovalScope {
  readonly rule: ActionApprovalRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: ApprovalCheck;
}

/** Access control: fields of its rule, defaults filled in, money in micro-dollars. */
export interface AccessControlRule {
  /** whom it concerns; empty means everyone. */
  readonly principals: { readonly users: readonly string[]; readonly roles: readonly string[]; readonly groups: readonly string[] };
  /** what it concerns. */
  readonly resources: readonly string[];
  /** what is done. */
  readonly actions: readonly string[];
  /** what it says about those. */
  readonly effect: "allow" | "deny";
  /** further statements of the same policy. */
  readonly rules: readonly { readonly users: readonly string[]; readonly roles: readonly string[]; readonly groups: readonly string[]; readonly resources: readonly string[]; readonly actions: readonly string[]; readonly effect: "allow" | "deny" }[];
  /** what holds where nothing is said; `deny`, but `allow` where every statement is a denial. */
  readonly default?: "allow" | "deny";
}

/** What the conditions of `access_control` read. */
export interface AccessControlScope {
  readonly rule: AccessControlRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly verdict: AccessVerdict;
}

/** Data sources: fields of its rule, defaults filled in, money in micro-dollars. */
export interface DataAccessRule {
  /** sources that may be read; an empty list allows none. */
  readonly allowed_sources?: readonly string[];
  /** sources that may not; a denial always wins. */
  readonly denied_sources: readonly string[];
  /** a step that names no source is not allowed where `allowed_sources` is set. */
  readonly require_source: boolean;
  /** the most sensitive data that may be read. */
  readonly max_classification?: DataClassification;
  /** what data is taken for that nobody classified. */
  readonly unstated_classification: DataClassification;
}

/** What the conditions of `data_access` read. */
export interface DataAccessScope {
  readonly rule: DataAccessRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly verdict: SourceVerdict;
}

/** Tool output scan: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ToolOutputScanRule {
  /** look for personal data. */
  readonly pii: boolean;
  /** look for planted instructions. */
  readonly injection: boolean;
  /** look for credentials. */
  readonly secrets: boolean;
  /** hand the result back without what was found. */
  readonly strip: boolean;
}

/** What the conditions of `tool_output_scan` read. */
export interface ToolOutputScanScope {
  readonly rule: ToolOutputScanRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: ToolOutputFindings;
}

/** Tool integrity: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ToolIntegrityRule {
  /** descriptors that were looked at. */
  readonly baseline: readonly { readonly server: string; readonly tool: string; readonly hash: string }[];
  /** what happens to a tool that is not in the baseline. */
  readonly on_new: "deny" | "approve" | "allow";
  /** look for instructions in the descriptor. */
  readonly scan_descriptions: boolean;
}

/** What the conditions of `tool_integrity` read. */
export interface ToolIntegrityScope {
  readonly rule: ToolIntegrityRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: IntegrityCheck;
}

/** Calls to other hosts: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ExternalCallLimitRule {
  /** hosts that may be named; absent allows all, an empty list none. */
  readonly allowed_domains?: readonly string[];
  /** hosts that may not; a denial always wins. */
  readonly denied_domains: readonly string[];
  /** calls that name a host in one window. */
  readonly max_calls?: number;
  /** a sliding minute, hour, day or 30 days, or the session. */
  readonly window: UsageWindow;
  /** whose calls are counted together. */
  readonly scope: UsageScope;
  /** let calls name addresses of private networks. */
  readonly allow_private_networks: boolean;
}

/** What the conditions of `external_call_limit` read. */
export interface ExternalCallLimitScope {
  readonly rule: ExternalCallLimitRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly usage: { readonly calls: number };
  readonly found: ExternalHosts;
}

/** Record limit: fields of its rule, defaults filled in, money in micro-dollars. */
export interface RecordCountLimitRule {
  /** records asked for, or returned, by one call. */
  readonly max_records_per_call?: number;
  /** records returned in one session. */
  readonly max_records_per_session?: number;
  /** JSON pointer of a number or a list, in the arguments of a call and in the result of a tool. */
  readonly count_field: string;
}

/** What the conditions of `record_count_limit` read. */
export interface RecordCountLimitScope {
  readonly rule: RecordCountLimitRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly usage: { readonly records: number };
  readonly found: RecordCount;
}

/** Quality: fields of its rule, defaults filled in, money in micro-dollars. */
export interface QualityThresholdRule {
  /** names of the caller's measures to the least that each must be. */
  readonly metrics: Readonly<Record<string, number>>;
  /** checks of our own; `language` needs `languages`. */
  readonly checks: readonly ("empty" | "refusal" | "repetition" | "language")[];
  /** share of an answer that may repeat what it said. */
  readonly max_repetition: number;
  /** languages of the answer, told by their scripts only. */
  readonly languages: readonly (ScriptLanguage)[];
}

/** What the conditions of `quality_threshold` read. */
export interface QualityThresholdScope {
  readonly rule: QualityThresholdRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: QualityCheck;
}

/** Classes of answers: fields of its rule, defaults filled in, money in micro-dollars. */
export interface OutputClassifierRule {
  /** labels to the highest probability that passes. */
  readonly labels: Readonly<Record<string, number>>;
  /** `registered`: the caller passes probabilities in; `builtin`: our own model, which knows the label `injection`; any other name: a classifier of the client. */
  readonly classifier: string;
}

/** What the conditions of `output_classifier` read. */
export interface OutputClassifierScope {
  readonly rule: OutputClassifierRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: ClassCheck;
}

/** Shape of answers: fields of its rule, defaults filled in, money in micro-dollars. */
export interface OutputSchemaRule {
  /** a JSON Schema. */
  readonly schema: unknown;
  /** hand back an answer freed of what often stands around JSON (a fence, trailing commas). */
  readonly repair: boolean;
}

/** What the conditions of `output_schema` read. */
export interface OutputSchemaScope {
  readonly rule: OutputSchemaRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: ShapeCheck;
}

/** Hours and freezes: fields of its rule, defaults filled in, money in micro-dollars. */
export interface TimeWindowRule {
  /** hours in which steps may happen; absent allows all, an empty list none. */
  readonly allow?: readonly { readonly days: readonly string[]; readonly from: string; readonly to: string }[];
  /** stretches in which no step may happen. */
  readonly freeze: readonly { readonly from: string; readonly to: string }[];
  /** IANA time zone of hours and dates. */
  readonly timezone: string;
}

/** What the conditions of `time_window` read. */
export interface TimeWindowScope {
  readonly rule: TimeWindowRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: TimeCheck;
}

/** Models: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ModelAllowlistRule {
  /** models that may be asked; an empty list allows none. */
  readonly allow?: readonly string[];
  /** models that may not; a denial always wins. */
  readonly deny: readonly string[];
  /** providers that may serve a model. */
  readonly providers?: readonly string[];
  /** where a model may be served. */
  readonly regions?: readonly string[];
  /** names that models are called by to the models that they stand for. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** What the conditions of `model_allowlist` read. */
export interface ModelAllowlistScope {
  readonly rule: ModelAllowlistRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
}

/** Session limits: fields of its rule, defaults filled in, money in micro-dollars. */
export interface SessionLimitsRule {
  /** tool calls of one session. */
  readonly max_tool_calls: number;
  /** spend of one session. */
  readonly max_cost_usd: number;
  /** steps before the model in one session. */
  readonly max_turns?: number;
  /** seconds since the first step of the session. */
  readonly max_duration_s?: number;
  /** when calls of one tool count as a loop. */
  readonly loop: { readonly repeat: number; readonly similarity: number; readonly same_result: boolean };
}

/** What the conditions of `session_limits` read. */
export interface SessionLimitsScope {
  readonly rule: SessionLimitsRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly usage: { readonly tool_calls: number; readonly spent: number; readonly turns: number };
  readonly found: SessionCheck;
}

/** Delegation: fields of its rule, defaults filled in, money in micro-dollars. */
export interface AgentDelegationRule {
  /** agents that a task may pass through, the one that is called included. */
  readonly max_depth: number;
  /** what may be asked of another agent. */
  readonly allowed_actions: readonly (DelegationAction)[];
}

/** What the conditions of `agent_delegation` read. */
export interface AgentDelegationScope {
  readonly rule: AgentDelegationRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly verdict: DelegationVerdict;
}

/** Meaning: fields of its rule, defaults filled in, money in micro-dollars. */
export interface SemanticCheckRule {
  /** our own linear model of injection, or one of the caller whose score is passed in. */
  readonly model: "builtin" | "embedding" | "endpoint";
  /** the name of the score that is passed in, the policy's id when empty; with `classifier` which of its scores counts, the only one when empty. */
  readonly label: string;
  /** where the client asks for a score that is not passed in, for `endpoint`. */
  readonly url?: string;
  /** the highest score that passes. */
  readonly threshold: number;
  /** how long the client waits for an answer. */
  readonly timeout_ms: number;
  /** what a missing score means: the policy is undecided, or passes with an alert. */
  readonly on_timeout: "fail" | "allow";
  /** a classifier of the client that takes the place of `model`. */
  readonly classifier: string;
}

/** What the conditions of `semantic_check` read. */
export interface SemanticCheckScope {
  readonly rule: SemanticCheckRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: MeaningCheck;
}

/** Own validator: fields of its rule, defaults filled in, money in micro-dollars. */
export interface CustomValidatorRule {
  /** where it is asked. */
  readonly url: string;
  /** what requests to it are signed with. */
  readonly secret: string;
  /** how long the client waits for an answer. */
  readonly timeout_ms: number;
  /** what a missing answer means: the policy is undecided, or passes with an alert. */
  readonly fail_mode: FailMode;
  /** how often it is asked again. */
  readonly retries: number;
}

/** What the conditions of `custom_validator` read. */
export interface CustomValidatorScope {
  readonly rule: CustomValidatorRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: ValidatorAnswer;
}

/** Expression: fields of its rule, defaults filled in, money in micro-dollars. */
export interface ExpressionRule {
  /** a CEL expression with a boolean result; `usage(metric, window, scope)` reads what was counted so far. */
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
  readonly evaluation: Evaluation;
  readonly found: ExpressionResult;
}

/** Order of steps: fields of its rule, defaults filled in, money in micro-dollars. */
export interface SequenceRule {
  /** orders that are forbidden or required; the first that is broken speaks. */
  readonly rules: readonly { readonly when: string; readonly after?: string; readonly not_after?: string; readonly within?: string; readonly window?: number }[];
  /** what the violation says. */
  readonly message: string;
}

/** What the conditions of `sequence` read. */
export interface SequenceScope {
  readonly rule: SequenceRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: SequenceCheck;
}

/** Information flow: fields of its rule, defaults filled in, money in micro-dollars. */
export interface InformationFlowRule {
  /** what labels a session. */
  readonly sources: readonly { readonly tool?: string; readonly origin?: string; readonly labels: readonly string[] }[];
  /** where labelled data must not go. */
  readonly sinks: readonly { readonly tool?: string; readonly agent?: string; readonly output: boolean; readonly forbid: readonly string[] }[];
  /** a session that is `untrusted` and `private` reaches no sink, and no tool call that names a public host. */
  readonly trifecta: boolean;
}

/** What the conditions of `information_flow` read. */
export interface InformationFlowScope {
  readonly rule: InformationFlowRule;
  readonly cost: number;
  readonly evaluation: Evaluation;
  readonly found: FlowCheck;
}

export const cost_limit: PolicyType<CostLimitScope> = {
  type: "cost_limit",
  aliases: [],
  phases: ["input","tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["cost"],
  atLeastOne: ["max_cost_per_execution","daily_budget"],
  fields: {"max_cost_per_execution":{"type":"money"},"daily_budget":{"type":"money"},"currency":{"type":"enum","values":["USD"],"default":"USD"}},
  state: [{"name":"spent_today","metric":"cost","scope":"agent","window":"1d","cap":"rule.daily_budget"}],
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

export const budget_cap: PolicyType<BudgetCapScope> = {
  type: "budget_cap",
  aliases: [],
  phases: ["input","tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["cost"],
  atLeastOne: [],
  fields: {"monthly_cap_usd":{"type":"money","required":true},"warning_threshold_pct":{"type":"number","min":0,"max":100,"default":80},"reset_day":{"type":"int","min":1,"max":31,"default":1},"timezone":{"type":"timezone","default":"UTC"}},
  state: [{"name":"spent_month","metric":"cost","scope":"policy_agents","window":"1mo","resetDay":"reset_day","timezone":"timezone","cap":"rule.monthly_cap_usd"}],
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

export const cost_budget: PolicyType<CostBudgetScope> = {
  type: "cost_budget",
  aliases: [],
  phases: ["input","tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["cost"],
  atLeastOne: [],
  fields: {"scope":{"type":"enum","set":"usageScope","default":"agent"},"scope_id":{"type":"string"},"window":{"type":"enum","set":"usageWindow","default":"1d"},"cap_usd":{"type":"money","required":true},"action":{"type":"enum","values":["warn","block","pause_agent"],"default":"block"},"warning_threshold_pct":{"type":"number","min":0,"max":100,"default":80},"burn_rate_alert":{"type":"bool","default":true},"strict":{"type":"bool","default":false}},
  state: [{"name":"spent","metric":"cost","scope":"rule.scope","scopeId":"rule.scope_id","window":"rule.window","strict":"rule.strict","cap":"rule.cap_usd","share":true}],
  uses: [],
  conditions: [
    {
      id: "warn",
      effect: "violation",
      reason: "BUDGET_EXCEEDED",
      mode: "warn",
      when: (c) => ((c.usage.spent + c.cost) > c.rule.cap_usd) && c.rule.action === "warn",
      message: (c) => `spent ${formatMoney(c.usage.spent)} in this window, ${formatMoney(c.cost)} more is over the cap of ${formatMoney(c.rule.cap_usd ?? 0)}`,
    },
    {
      id: "block",
      effect: "violation",
      reason: "BUDGET_EXCEEDED",
      when: (c) => ((c.usage.spent + c.cost) > c.rule.cap_usd) && c.rule.action === "block",
      message: (c) => `spent ${formatMoney(c.usage.spent)} in this window, ${formatMoney(c.cost)} more is over the cap of ${formatMoney(c.rule.cap_usd ?? 0)}`,
    },
    {
      id: "pause",
      effect: "violation",
      reason: "BUDGET_EXCEEDED",
      pause: "spent",
      when: (c) => ((c.usage.spent + c.cost) > c.rule.cap_usd) && c.rule.action === "pause_agent",
      message: (c) => `spent ${formatMoney(c.usage.spent)} in this window, ${formatMoney(c.cost)} more is over the cap of ${formatMoney(c.rule.cap_usd ?? 0)}`,
    },
    {
      id: "warning",
      effect: "alert",
      reason: "BUDGET_WARNING",
      when: (c) => ((c.usage.spent + c.cost) <= c.rule.cap_usd) && ((c.usage.spent + c.cost) >= ((c.rule.cap_usd * c.rule.warning_threshold_pct) / 100)),
      message: (c) => `spent ${formatMoney(c.usage.spent)} with ${formatMoney(c.cost)} to come, of a cap of ${formatMoney(c.rule.cap_usd ?? 0)}`,
    },
    {
      id: "burn_rate",
      effect: "alert",
      reason: "BURN_RATE",
      when: (c) => ((c.rule.burn_rate_alert && ((c.usage.spent + c.cost) <= c.rule.cap_usd)) && (c.share.spent >= 0.05)) && (((c.usage.spent + c.cost) >= (c.rule.cap_usd * 0.2)) && ((c.usage.spent + c.cost) > (c.rule.cap_usd * c.share.spent))),
      message: (c) => `spent ${formatMoney(c.usage.spent)} with ${formatMoney(c.cost)} to come: at this pace the cap of ${formatMoney(c.rule.cap_usd ?? 0)} is reached before the window is over`,
    },
  ],
};

export const token_limit: PolicyType<TokenLimitScope> = {
  type: "token_limit",
  aliases: [],
  phases: ["input","output"],
  severity: "medium",
  tier: "advise",
  reads: ["texts","tokens","outputTokens"],
  atLeastOne: ["max_input_tokens","max_output_tokens","max_tokens_per_window"],
  fields: {"max_input_tokens":{"type":"int","min":0,"max":2147483647},"max_output_tokens":{"type":"int","min":0,"max":2147483647},"max_tokens_per_window":{"type":"int","min":0,"max":2147483647},"window":{"type":"enum","set":"usageWindow","default":"1d"},"scope":{"type":"enum","set":"usageScope","default":"agent"},"scope_id":{"type":"string"}},
  state: [{"name":"tokens","metric":"tokens","scope":"rule.scope","scopeId":"rule.scope_id","window":"rule.window","kind":"sliding","only":"rule.max_tokens_per_window"}],
  uses: [{"name":"found","operator":"token_count"}],
  conditions: [
    {
      id: "input",
      effect: "violation",
      reason: "INPUT_TOKENS",
      when: (c) => c.rule.max_input_tokens !== undefined && (c.found.input > c.rule.max_input_tokens),
      message: (c) => `${lowered.show(c.found.input)} tokens for the model, at most ${lowered.show(c.rule.max_input_tokens)} are allowed`,
    },
    {
      id: "output",
      effect: "violation",
      reason: "OUTPUT_TOKENS",
      when: (c) => c.rule.max_output_tokens !== undefined && (c.found.output > c.rule.max_output_tokens),
      message: (c) => `${lowered.show(c.found.output)} tokens from the model, at most ${lowered.show(c.rule.max_output_tokens)} are allowed`,
    },
    {
      id: "window",
      effect: "violation",
      reason: "WINDOW_TOKENS",
      when: (c) => c.rule.max_tokens_per_window !== undefined && (lowered.finite(c.usage.tokens + c.found.total) > c.rule.max_tokens_per_window),
      message: (c) => `${lowered.show(c.usage.tokens)} tokens in this window, ${lowered.show(c.found.total)} more are over the limit of ${lowered.show(c.rule.max_tokens_per_window)}`,
    },
  ],
};

export const rate_limit: PolicyType<RateLimitScope> = {
  type: "rate_limit",
  aliases: [],
  phases: ["input","tool_call","agent_call"],
  severity: "medium",
  tier: "autonomous",
  reads: [],
  atLeastOne: [],
  fields: {"max_calls":{"type":"int","min":0,"max":1000000000,"required":true},"window":{"type":"enum","set":"usageWindow","default":"1m"},"scope":{"type":"enum","set":"usageScope","default":"agent"},"scope_id":{"type":"string"},"burst":{"type":"int","min":1,"max":1000000}},
  state: [{"name":"calls","metric":"calls","scope":"rule.scope","scopeId":"rule.scope_id","window":"rule.window","kind":"sliding"},{"name":"pending","metric":"calls","scope":"rule.scope","scopeId":"rule.scope_id","window":"rule.window","kind":"bucket","only":"rule.burst","leak":"rule.max_calls"}],
  uses: [],
  conditions: [
    {
      id: "window",
      effect: "violation",
      reason: "RATE_LIMIT",
      when: (c) => (c.usage.calls + 1) > c.rule.max_calls,
      message: (c) => `${lowered.show(c.usage.calls)} calls in this window, at most ${lowered.show(c.rule.max_calls)} are allowed`,
    },
    {
      id: "burst",
      effect: "violation",
      reason: "RATE_BURST",
      when: (c) => c.rule.burst !== undefined && ((c.usage.pending + 1) > c.rule.burst),
      message: (c) => `${lowered.show(c.usage.pending)} calls close together, at most ${lowered.show(c.rule.burst)} are allowed`,
    },
  ],
};

export const tool_invocation: PolicyType<ToolInvocationScope> = {
  type: "tool_invocation",
  aliases: ["tool_allowlist","tool_call"],
  phases: ["tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["tool"],
  atLeastOne: [],
  fields: {"allow":{"type":"globList"},"deny":{"type":"globList","default":[]},"require_approval":{"type":"globList","default":[]},"default":{"type":"enum","values":["allow","deny"]},"rules":{"type":"objectList","default":[],"fields":{"tool":{"type":"glob","required":true},"agents":{"type":"stringList","default":[]},"when":{"type":"cel","env":"toolRuleVariables"},"schema":{"type":"jsonSchema"}}}},
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
      id: "schema",
      effect: "violation",
      reason: "TOOL_ARGUMENTS",
      when: (c) => c.verdict.decision === "schema",
      message: (c) => `the arguments of tool \`${c.verdict.tool}\` break the schema: ${c.verdict.rule}`,
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

export const action_approval: PolicyType<ActionApprovalScope> = {
  type: "action_approval",
  aliases: [],
  phases: ["tool_call","input"],
  severity: "high",
  tier: "act_with_approval",
  reads: ["tool","action","resource","approvals","dataClassification","recordCount"],
  atLeastOne: [],
  fields: {"actions":{"type":"globList","required":true},"when":{"type":"cel","env":"actionVariables"},"risk":{"type":"object","fields":{"tool_sensitivity":{"type":"numberMap","min":0,"max":100,"default":{}},"data_scope":{"type":"numberMap","min":0,"max":100,"default":{"public":0,"internal":20,"confidential":50,"pii":70,"phi":85,"pci":90}},"environments":{"type":"numberMap","min":0,"max":100,"default":{"production":100,"staging":40}},"weights":{"type":"object","default":{},"fields":{"tool_sensitivity":{"type":"number","min":0,"max":1000,"default":40},"data_scope":{"type":"number","min":0,"max":1000,"default":30},"environments":{"type":"number","min":0,"max":1000,"default":15},"records":{"type":"number","min":0,"max":1000,"default":15}}},"min_tier":{"type":"enum","set":"severity","default":"low"}}},"approvers":{"type":"stringList","default":[]},"expiry_minutes":{"type":"int","min":1,"max":10080,"default":30}},
  state: [],
  uses: [{"name":"found","operator":"approval_check"}],
  conditions: [
    {
      id: "missing",
      effect: "violation",
      reason: "APPROVAL_MISSING",
      mode: "require_approval",
      when: (c) => c.found.needed,
      message: (c) => `action \`${c.found.action}\` of ${c.found.tier} risk (score ${lowered.show(c.found.score)}) needs approval: ${c.found.why}`,
      severity: (c) => c.found.tier,
    },
  ],
};

export const access_control: PolicyType<AccessControlScope> = {
  type: "access_control",
  aliases: [],
  phases: ["input","tool_call","agent_call"],
  severity: "high",
  tier: "act_with_approval",
  reads: ["user","userRoles","userGroups","action","resource","tool","targetAgentId"],
  atLeastOne: [],
  fields: {"principals":{"type":"object","default":{},"fields":{"users":{"type":"globList","default":[]},"roles":{"type":"globList","default":[]},"groups":{"type":"globList","default":[]}}},"resources":{"type":"globList","default":["*"]},"actions":{"type":"globList","default":["*"]},"effect":{"type":"enum","values":["allow","deny"],"default":"allow"},"rules":{"type":"objectList","default":[],"fields":{"users":{"type":"globList","default":[]},"roles":{"type":"globList","default":[]},"groups":{"type":"globList","default":[]},"resources":{"type":"globList","default":["*"]},"actions":{"type":"globList","default":["*"]},"effect":{"type":"enum","values":["allow","deny"],"default":"allow"}}},"default":{"type":"enum","values":["allow","deny"]}},
  state: [],
  uses: [{"name":"verdict","operator":"access_verdict"}],
  conditions: [
    {
      id: "denied",
      effect: "violation",
      reason: "ACCESS_DENIED",
      when: (c) => c.verdict.decision === "denied",
      message: (c) => `${c.verdict.who} may not do \`${c.verdict.action}\` to \`${c.verdict.resource}\``,
    },
    {
      id: "not_allowed",
      effect: "violation",
      reason: "ACCESS_NOT_ALLOWED",
      when: (c) => c.verdict.decision === "not_allowed",
      message: (c) => `nothing allows ${c.verdict.who} to do \`${c.verdict.action}\` to \`${c.verdict.resource}\``,
    },
  ],
};

export const data_access: PolicyType<DataAccessScope> = {
  type: "data_access",
  aliases: [],
  phases: ["tool_call","tool_result"],
  severity: "high",
  tier: "act_with_approval",
  reads: ["dataSource","dataClassification"],
  atLeastOne: [],
  fields: {"allowed_sources":{"type":"uriGlobList"},"denied_sources":{"type":"uriGlobList","default":[]},"require_source":{"type":"bool","default":false},"max_classification":{"type":"enum","set":"dataClassification"},"unstated_classification":{"type":"enum","set":"dataClassification","default":"public"}},
  state: [],
  uses: [{"name":"verdict","operator":"source_verdict"}],
  conditions: [
    {
      id: "denied",
      effect: "violation",
      reason: "SOURCE_DENIED",
      when: (c) => c.verdict.decision === "denied",
      message: (c) => `data source \`${c.verdict.source}\` is denied`,
    },
    {
      id: "not_allowed",
      effect: "violation",
      reason: "SOURCE_NOT_ALLOWED",
      when: (c) => c.verdict.decision === "not_allowed",
      message: (c) => `data source \`${c.verdict.source}\` is not on the allow list`,
    },
    {
      id: "classification",
      effect: "violation",
      reason: "DATA_CLASSIFICATION",
      when: (c) => c.verdict.too_sensitive,
      message: (c) => `data is classified \`${c.verdict.classification}\`, over \`${c.verdict.most}\``,
    },
  ],
};

export const record_count_limit: PolicyType<RecordCountLimitScope> = {
  type: "record_count_limit",
  aliases: [],
  phases: ["tool_call","tool_result"],
  severity: "high",
  tier: "autonomous",
  reads: ["tool","tool_result","recordCount"],
  atLeastOne: ["max_records_per_call","max_records_per_session"],
  fields: {"max_records_per_call":{"type":"int","min":0,"max":2147483647},"max_records_per_session":{"type":"int","min":0,"max":2147483647},"count_field":{"type":"string","default":""}},
  state: [{"name":"records","metric":"records","scope":"session","window":"session","only":"rule.max_records_per_session"}],
  uses: [{"name":"found","operator":"record_count"}],
  conditions: [
    {
      id: "call",
      effect: "violation",
      reason: "RECORDS_PER_CALL",
      when: (c) => c.rule.max_records_per_call !== undefined && (c.found.count > c.rule.max_records_per_call),
      message: (c) => `${lowered.show(c.found.count)} records in one call, at most ${lowered.show(c.rule.max_records_per_call)} are allowed`,
    },
    {
      id: "session",
      effect: "violation",
      reason: "RECORDS_PER_SESSION",
      when: (c) => c.rule.max_records_per_session !== undefined && (lowered.finite(c.usage.records + c.found.count) > c.rule.max_records_per_session),
      message: (c) => `${lowered.show(c.usage.records)} records in this session, ${lowered.show(c.found.count)} more are over the limit of ${lowered.show(c.rule.max_records_per_session)}`,
    },
  ],
};

export const time_window: PolicyType<TimeWindowScope> = {
  type: "time_window",
  aliases: [],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "medium",
  tier: "act_with_approval",
  reads: [],
  atLeastOne: [],
  fields: {"allow":{"type":"objectList","fields":{"days":{"type":"stringList","default":[]},"from":{"type":"string","default":"00:00"},"to":{"type":"string","default":"24:00"}}},"freeze":{"type":"objectList","default":[],"fields":{"from":{"type":"string","required":true},"to":{"type":"string","required":true}}},"timezone":{"type":"timezone","default":"UTC"}},
  state: [],
  uses: [{"name":"found","operator":"time_check"}],
  conditions: [
    {
      id: "freeze",
      effect: "violation",
      reason: "TIME_FREEZE",
      when: (c) => c.found.frozen,
      message: (c) => `${c.found.local} is inside a freeze`,
    },
    {
      id: "outside",
      effect: "violation",
      reason: "TIME_OUTSIDE",
      when: (c) => c.found.outside,
      message: (c) => `${c.found.local} is outside the allowed hours`,
    },
  ],
};

export const model_allowlist: PolicyType<ModelAllowlistScope> = {
  type: "model_allowlist",
  aliases: [],
  phases: ["input"],
  severity: "high",
  tier: "advise",
  reads: ["model","provider","region"],
  atLeastOne: [],
  fields: {"allow":{"type":"globList"},"deny":{"type":"globList","default":[]},"providers":{"type":"globList"},"regions":{"type":"globList"},"aliases":{"type":"stringMap","default":{}}},
  state: [],
  uses: [],
  conditions: [
    {
      id: "denied",
      effect: "violation",
      reason: "MODEL_DENIED",
      when: (c) => lowered.anyOf(c.rule.deny, (g) => lowered.eitherOf(() => lowered.globMatch(lowered.lowerAscii(g), lowered.lowerAscii(c.evaluation.view.model)), () => lowered.globMatch(lowered.lowerAscii(g), lowered.lowerAscii((lowered.hasKey(c.rule.aliases, c.evaluation.view.model) ? lowered.lookUp(c.rule.aliases, c.evaluation.view.model) : c.evaluation.view.model))))),
      message: (c) => `model \`${c.evaluation.view.model}\` is denied`,
    },
    {
      id: "not_allowed",
      effect: "violation",
      reason: "MODEL_NOT_ALLOWED",
      when: (c) => c.rule.allow !== undefined && (!lowered.anyOf(c.rule.allow, (g) => (c.evaluation.view.model !== "" && lowered.globMatch(lowered.lowerAscii(g), lowered.lowerAscii((lowered.hasKey(c.rule.aliases, c.evaluation.view.model) ? lowered.lookUp(c.rule.aliases, c.evaluation.view.model) : c.evaluation.view.model)))))),
      message: (c) => `model \`${c.evaluation.view.model}\` is not on the allow list`,
    },
    {
      id: "provider",
      effect: "violation",
      reason: "PROVIDER_NOT_ALLOWED",
      when: (c) => c.rule.providers !== undefined && (!lowered.anyOf(c.rule.providers, (g) => (c.evaluation.view.extras.provider !== "" && lowered.globMatch(lowered.lowerAscii(g), lowered.lowerAscii(c.evaluation.view.extras.provider))))),
      message: (c) => `provider \`${c.evaluation.view.extras.provider}\` is not allowed`,
    },
    {
      id: "region",
      effect: "violation",
      reason: "REGION_NOT_ALLOWED",
      when: (c) => c.rule.regions !== undefined && (!lowered.anyOf(c.rule.regions, (g) => (c.evaluation.view.extras.region !== "" && lowered.globMatch(lowered.lowerAscii(g), lowered.lowerAscii(c.evaluation.view.extras.region))))),
      message: (c) => `region \`${c.evaluation.view.extras.region}\` is not allowed`,
    },
  ],
};

export const session_limits: PolicyType<SessionLimitsScope> = {
  type: "session_limits",
  aliases: ["loop_detection"],
  phases: ["tool_call","input"],
  severity: "high",
  tier: "autonomous",
  reads: ["cost","tool","session"],
  atLeastOne: [],
  fields: {"max_tool_calls":{"type":"int","min":0,"max":1000000000,"default":100},"max_cost_usd":{"type":"money","default":5},"max_turns":{"type":"int","min":0,"max":1000000000},"max_duration_s":{"type":"int","min":0,"max":1000000000},"loop":{"type":"object","default":{},"fields":{"repeat":{"type":"int","min":0,"max":32,"default":5},"similarity":{"type":"number","min":0,"max":1,"default":0.8},"same_result":{"type":"bool","default":true}}}},
  state: [{"name":"tool_calls","metric":"tool_calls","scope":"session","window":"session"},{"name":"spent","metric":"cost","scope":"session","window":"session"},{"name":"turns","metric":"turns","scope":"session","window":"session","only":"rule.max_turns"}],
  uses: [{"name":"found","operator":"session_check"}],
  conditions: [
    {
      id: "tool_calls",
      effect: "violation",
      reason: "SESSION_TOOL_CALLS",
      when: (c) => lowered.finite(c.usage.tool_calls + c.found.tool_calls) > c.rule.max_tool_calls,
      message: (c) => `${lowered.show(c.usage.tool_calls)} tool calls in this session, at most ${lowered.show(c.rule.max_tool_calls)} are allowed`,
    },
    {
      id: "cost",
      effect: "violation",
      reason: "SESSION_COST",
      when: (c) => (c.usage.spent + c.cost) > c.rule.max_cost_usd,
      message: (c) => `spent ${formatMoney(c.usage.spent)} in this session, ${formatMoney(c.cost)} more is over the cap of ${formatMoney(c.rule.max_cost_usd ?? 0)}`,
    },
    {
      id: "turns",
      effect: "violation",
      reason: "SESSION_TURNS",
      when: (c) => c.rule.max_turns !== undefined && (lowered.finite(c.usage.turns + c.found.turns) > c.rule.max_turns),
      message: (c) => `${lowered.show(c.usage.turns)} turns in this session, at most ${lowered.show(c.rule.max_turns)} are allowed`,
    },
    {
      id: "duration",
      effect: "violation",
      reason: "SESSION_DURATION",
      when: (c) => c.rule.max_duration_s !== undefined && (c.found.duration_s > c.rule.max_duration_s),
      message: (c) => `the session lasts ${lowered.show(c.found.duration_s)} seconds, at most ${lowered.show(c.rule.max_duration_s)} are allowed`,
    },
    {
      id: "loop",
      effect: "violation",
      reason: "TOOL_LOOP",
      when: (c) => c.found.looping,
      message: (c) => `tool \`${c.found.tool}\` is called for the ${lowered.show(c.found.repeats)}. time with like arguments and unchanged results`,
    },
  ],
};

export const agent_delegation: PolicyType<AgentDelegationScope> = {
  type: "agent_delegation",
  aliases: [],
  phases: ["agent_call"],
  severity: "high",
  tier: "act_with_approval",
  reads: ["targetAgentId","delegationChain","delegatedTools","action","tools"],
  atLeastOne: [],
  fields: {"max_depth":{"type":"int","min":1,"max":64,"default":3},"allowed_actions":{"type":"enumList","set":"delegationAction","default":["execute","read","write","delete","invoke","query","subscribe","delegate"]}},
  state: [],
  uses: [{"name":"verdict","operator":"delegation_verdict"}],
  conditions: [
    {
      id: "depth",
      effect: "violation",
      reason: "DELEGATION_DEPTH",
      when: (c) => c.verdict.depth > c.rule.max_depth,
      message: (c) => `the task has passed through ${lowered.show(c.verdict.depth)} agents, at most ${lowered.show(c.rule.max_depth)} are allowed`,
    },
    {
      id: "action",
      effect: "violation",
      reason: "DELEGATION_ACTION",
      when: (c) => !lowered.includes(c.rule.allowed_actions, c.verdict.action),
      message: (c) => `\`${c.verdict.action}\` may not be asked of another agent`,
    },
    {
      id: "grant",
      effect: "violation",
      reason: "DELEGATION_NOT_GRANTED",
      when: (c) => !c.verdict.granted,
      message: (c) => `no grant lets this agent ask \`${c.verdict.action}\` of agent \`${c.verdict.target}\``,
    },
    {
      id: "tools",
      effect: "violation",
      reason: "DELEGATION_TOOLS",
      when: (c) => c.verdict.tool !== "",
      message: (c) => `agent \`${c.verdict.target}\` would get tool \`${c.verdict.tool}\`, which this agent does not have`,
    },
  ],
};

export const expression: PolicyType<ExpressionScope> = {
  type: "expression",
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

export const sequence: PolicyType<SequenceScope> = {
  type: "sequence",
  aliases: ["history_rule"],
  phases: ["tool_call","agent_call","output"],
  severity: "high",
  tier: "autonomous",
  reads: ["session"],
  atLeastOne: [],
  fields: {"rules":{"type":"objectList","required":true,"fields":{"when":{"type":"cel","env":"variables","required":true},"after":{"type":"cel","env":"stepVariables"},"not_after":{"type":"cel","env":"stepVariables"},"within":{"type":"cel","env":"stepVariables"},"window":{"type":"duration"}}},"message":{"type":"string","default":""}},
  state: [],
  uses: [{"name":"found","operator":"sequence_check"}],
  conditions: [
    {
      id: "forbidden",
      effect: "violation",
      reason: "SEQUENCE_FORBIDDEN",
      when: (c) => c.found.decision === "forbidden",
      message: (c) => `${c.found.message}`,
    },
    {
      id: "missing",
      effect: "violation",
      reason: "SEQUENCE_MISSING",
      when: (c) => c.found.decision === "missing",
      message: (c) => `${c.found.message}`,
    },
  ],
};

/** The names of all policy types, by themselves and by their aliases. */
export const policyTypeNames = {
  injection_scan: "injection_scan", prompt_injection: "injection_scan",
  pii_access: "pii_access", pii_detection: "pii_access",
  secret_leak: "secret_leak", secret_detection: "secret_leak", credential_leak: "secret_leak",
  content_moderation: "content_moderation", moderation: "content_moderation", toxicity: "content_moderation",
  keyword_filter: "keyword_filter", topic_restriction: "keyword_filter",
  cost_limit: "cost_limit",
  budget_cap: "budget_cap",
  cost_budget: "cost_budget",
  token_limit: "token_limit",
  rate_limit: "rate_limit",
  tool_invocation: "tool_invocation", tool_allowlist: "tool_invocation", tool_call: "tool_invocation",
  action_approval: "action_approval",
  access_control: "access_control",
  data_access: "data_access",
  tool_output_scan: "tool_output_scan", tool_result_scan: "tool_output_scan",
  tool_integrity: "tool_integrity",
  external_call_limit: "external_call_limit",
  record_count_limit: "record_count_limit",
  quality_threshold: "quality_threshold",
  output_classifier: "output_classifier",
  output_schema: "output_schema", output_validation: "output_schema",
  time_window: "time_window",
  model_allowlist: "model_allowlist",
  session_limits: "session_limits", loop_detection: "session_limits",
  agent_delegation: "agent_delegation",
  semantic_check: "semantic_check",
  custom_validator: "custom_validator", byov: "custom_validator",
  expression: "expression", cel: "expression",
  sequence: "sequence", history_rule: "sequence",
  information_flow: "information_flow", taint: "information_flow",
} as const;
export type PolicyTypeName = (typeof policyTypeNames)[keyof typeof policyTypeNames];

/** The policy types that look at no text, by name. */
export const rulePolicyTypes = { cost_limit, budget_cap, cost_budget, token_limit, rate_limit, tool_invocation, action_approval, access_control, data_access, record_count_limit, time_window, model_allowlist, session_limits, agent_delegation, expression, sequence } as const;
