// Code generated from spec/. Do not edit.

/** What a violated policy does. */
export const enforcementModeValues = ["monitor", "warn", "require_approval", "block"] as const;
export type EnforcementMode = (typeof enforcementModeValues)[number];
export const enforcementModeRank: Readonly<Record<EnforcementMode, number>> = { monitor: 1, warn: 2, require_approval: 3, block: 4 };
export const enforcementModeAliases: Readonly<Record<string, EnforcementMode>> = { log_only: "monitor", audit: "monitor", flag: "warn", hard_block: "block", enforce: "block" };

/** What a decision says, from the weakest to the strongest. */
export const verdictValues = ["allow", "monitor", "warn", "require_approval", "block", "paused"] as const;
export type Verdict = (typeof verdictValues)[number];
export const verdictRank: Readonly<Record<Verdict, number>> = { allow: 0, monitor: 1, warn: 2, require_approval: 3, block: 4, paused: 5 };

/** Where in an agent's step the check stands. */
export const phaseValues = ["input", "tool_call", "tool_result", "output", "agent_call"] as const;
export type Phase = (typeof phaseValues)[number];

/** How bad a violation is. */
export const severityValues = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severityValues)[number];
export const severityRank: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3, critical: 4 };

/** The level of the cascade that a policy or a pause belongs to. */
export const levelValues = ["agent", "team", "workspace", "tenant", "platform"] as const;
export type Level = (typeof levelValues)[number];
export const levelRank: Readonly<Record<Level, number>> = { agent: 1, team: 2, workspace: 3, tenant: 4, platform: 5 };

/** How far an agent may act on its own; each tier includes the controls of the tiers before it. */
export const autonomyLevelValues = ["observe", "advise", "act_with_approval", "autonomous"] as const;
export type AutonomyLevel = (typeof autonomyLevelValues)[number];
export const autonomyLevelRank: Readonly<Record<AutonomyLevel, number>> = { observe: 1, advise: 2, act_with_approval: 3, autonomous: 4 };

/** What an artefact (a prompt, tool, skill or file that an agent did not make itself) needs before it may be used. */
export const artifactGovernanceValues = ["open", "recorded", "reviewed", "locked"] as const;
export type ArtifactGovernance = (typeof artifactGovernanceValues)[number];
export const artifactGovernanceRank: Readonly<Record<ArtifactGovernance, number>> = { open: 1, recorded: 2, reviewed: 3, locked: 4 };

/** What an agent may find out about its surroundings; off at any level is off. */
export const discoveryToggleValues = ["agents", "tools", "data_sources"] as const;
export type DiscoveryToggle = (typeof discoveryToggleValues)[number];

/** What the cascade decides. */
export const governanceDimensionValues = ["artifactGovernance", "autonomy", "discovery", "killSwitch", "mode", "pack"] as const;
export type GovernanceDimension = (typeof governanceDimensionValues)[number];

/** What became of one policy, for an explanation. */
export const considerationValues = ["passed", "violated", "skipped", "error", "not_applicable"] as const;
export type Consideration = (typeof considerationValues)[number];

/** When a policy with prerequisites runs. Those that do not apply to the request do not count; when none counts, it runs. */
export const chainTriggerValues = ["all_passed", "any_violated", "always"] as const;
export type ChainTrigger = (typeof chainTriggerValues)[number];

/** What a policy does when it cannot be decided. */
export const onErrorValues = ["hold", "record"] as const;
export type OnError = (typeof onErrorValues)[number];

/** What became of one policy in one decision. */
export const outcomeStatusValues = ["passed", "violated", "skipped", "error"] as const;
export type OutcomeStatus = (typeof outcomeStatusValues)[number];

/** How a found value is written in the text handed back. */
export const piiStrategyValues = ["redact", "mask", "partial", "hash", "tokenize"] as const;
export type PiiStrategy = (typeof piiStrategyValues)[number];

/** How readily a detector speaks up. */
export const sensitivityValues = ["low", "medium", "high"] as const;
export type Sensitivity = (typeof sensitivityValues)[number];

/** Why a step went by that was not judged as it should have been. */
export const ungovernedReasonValues = ["no_plan", "stale", "no_lease", "handler_error", "no_handler"] as const;
export type UngovernedReason = (typeof ungovernedReasonValues)[number];

/** How a traced step ended. */
export const traceStatusValues = ["success", "error", "timeout", "policy_blocked", "limit_exceeded", "flagged_for_review", "effect_unconfirmed"] as const;
export type TraceStatus = (typeof traceStatusValues)[number];

/** Whether an agent may act. */
export const agentStatusValues = ["active", "paused"] as const;
export type AgentStatus = (typeof agentStatusValues)[number];

/** Where an approval stands. */
export const approvalStatusValues = ["pending", "approved", "denied", "expired"] as const;
export type ApprovalStatus = (typeof approvalStatusValues)[number];

/** How the wait for an approval ended. */
export const approvalOutcomeValues = ["approved", "denied", "expired", "refused"] as const;
export type ApprovalOutcome = (typeof approvalOutcomeValues)[number];

/** Why a certificate does not let a step go ahead. */
export const certificateProblemValues = ["missing", "unreadable", "keys_unavailable", "unsigned", "wrong_approval", "wrong_tenant", "wrong_agent", "wrong_action", "wrong_nonce", "wrong_bundle", "expired", "replayed"] as const;
export type CertificateProblem = (typeof certificateProblemValues)[number];

/** The role of an API key. */
export const roleValues = ["sdk", "viewer", "developer", "admin", "owner"] as const;
export type Role = (typeof roleValues)[number];
export const roleRank: Readonly<Record<Role, number>> = { sdk: 1, viewer: 2, developer: 3, admin: 4, owner: 5 };

/** What the client does before it has ever had a plan. */
export const failModeValues = ["closed", "open"] as const;
export type FailMode = (typeof failModeValues)[number];

/** How sensitive data is, from the least to the most. */
export const dataClassificationValues = ["public", "internal", "confidential", "pii", "phi", "pci"] as const;
export type DataClassification = (typeof dataClassificationValues)[number];
export const dataClassificationRank: Readonly<Record<DataClassification, number>> = { public: 1, internal: 2, confidential: 3, pii: 4, phi: 5, pci: 6 };

/** What a validator answered. */
export const validatorDecisionValues = ["allow", "deny", "require_approval", "error"] as const;
export type ValidatorDecision = (typeof validatorDecisionValues)[number];

/** What one agent may ask of another. */
export const delegationActionValues = ["execute", "read", "write", "delete", "invoke", "query", "subscribe", "delegate"] as const;
export type DelegationAction = (typeof delegationActionValues)[number];

/** Whether a grant counts. */
export const grantStatusValues = ["active", "revoked"] as const;
export type GrantStatus = (typeof grantStatusValues)[number];

/** Whose use is counted together. */
export const usageScopeValues = ["agent", "user", "session", "workspace", "organization"] as const;
export type UsageScope = (typeof usageScopeValues)[number];
export const usageScopeAliases: Readonly<Record<string, UsageScope>> = { org: "organization", organisation: "organization", tenant: "organization" };

/** What is counted. */
export const usageMetricValues = ["cost", "tokens", "calls", "tool_calls", "records", "external_calls", "turns"] as const;
export type UsageMetric = (typeof usageMetricValues)[number];

/** Over which stretch of time it is counted. */
export const usageWindowValues = ["1m", "1h", "1d", "1mo", "session"] as const;
export type UsageWindow = (typeof usageWindowValues)[number];

/** Days of the week. */
export const weekdayValues = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdayValues)[number];
export const weekdayAliases: Readonly<Record<string, Weekday>> = { monday: "mon", tuesday: "tue", wednesday: "wed", thursday: "thu", friday: "fri", saturday: "sat", sunday: "sun" };

/** Names of arguments whose whole text is a host or a URL, whatever it looks like; also any name that ends with `_` and one of them. */
export const hostArgumentValues = ["host", "hostname", "host_name", "domain", "url", "uri", "href", "endpoint", "baseurl", "ip", "ip_address"] as const;
export type HostArgument = (typeof hostArgumentValues)[number];

/** Schemes of URIs whose authority is no host. */
export const pathSchemeValues = ["s3", "s3a", "s3n", "gs", "az", "abfs", "abfss", "wasb", "wasbs", "hdfs", "dbfs", "file", "kb", "mem", "memory", "res", "resource", "content", "vscode", "chrome"] as const;
export type PathScheme = (typeof pathSchemeValues)[number];

/** Languages that are told apart by their scripts only: English is not told from French. */
export const scriptLanguageValues = ["ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"] as const;
export type ScriptLanguage = (typeof scriptLanguageValues)[number];

/** Why. */
export const reasonValues = ["PROMPT_INJECTION", "TOKEN_FORGED", "PII_FOUND", "SECRET_FOUND", "CONTENT_HARMFUL", "TOOL_OUTPUT", "TOOL_DENIED", "TOOL_NOT_ALLOWED", "TOOL_NEEDS_APPROVAL", "TOOL_ARGUMENTS", "COST_PER_EXECUTION", "DAILY_BUDGET", "MONTHLY_BUDGET", "EXPRESSION_TRUE", "BUDGET_EXCEEDED", "INPUT_TOKENS", "OUTPUT_TOKENS", "WINDOW_TOKENS", "RATE_LIMIT", "RATE_BURST", "EXTERNAL_HOST_UNREADABLE", "EXTERNAL_HOST_DENIED", "EXTERNAL_PRIVATE_ADDRESS", "EXTERNAL_HOST_NOT_ALLOWED", "EXTERNAL_CALLS", "RECORDS_PER_CALL", "RECORDS_PER_SESSION", "TIME_OUTSIDE", "TIME_FREEZE", "SESSION_TOOL_CALLS", "SESSION_COST", "SESSION_TURNS", "SESSION_DURATION", "TOOL_LOOP", "SEQUENCE_FORBIDDEN", "SEQUENCE_MISSING", "FLOW_FORBIDDEN", "FLOW_TRIFECTA", "KEYWORD_DENIED", "KEYWORD_MISSING", "APPROVAL_MISSING", "ACCESS_DENIED", "ACCESS_NOT_ALLOWED", "SOURCE_DENIED", "SOURCE_NOT_ALLOWED", "DATA_CLASSIFICATION", "TOOL_DRIFT", "TOOL_NEW", "TOOL_DESCRIPTION_INJECTION", "QUALITY_BELOW", "QUALITY_EMPTY", "QUALITY_REFUSAL", "QUALITY_REPETITION", "QUALITY_LANGUAGE", "CLASS_LIMIT", "OUTPUT_NOT_JSON", "OUTPUT_SCHEMA", "MODEL_DENIED", "MODEL_NOT_ALLOWED", "PROVIDER_NOT_ALLOWED", "REGION_NOT_ALLOWED", "DELEGATION_DEPTH", "DELEGATION_ACTION", "DELEGATION_NOT_GRANTED", "DELEGATION_TOOLS", "SEMANTIC_THRESHOLD", "VALIDATOR_DENIED", "VALIDATOR_NEEDS_APPROVAL", "VALIDATOR_SKIPPED", "CLASSIFIER_SKIPPED", "BURN_RATE", "BUDGET_WARNING", "REQUEST_INVALID", "REQUEST_TOO_LARGE", "EXPRESSION_FAILED", "USAGE_UNAVAILABLE", "VALIDATOR_UNAVAILABLE", "CLASSIFIER_UNAVAILABLE", "INTERNAL", "PREREQUISITE_NOT_PASSED", "PREREQUISITE_NOT_VIOLATED", "AGENT_PAUSED", "NO_POLICIES_LOADED", "BUNDLE_STALE"] as const;
export type Reason = (typeof reasonValues)[number];

export const failureReasons = ["REQUEST_INVALID","REQUEST_TOO_LARGE","EXPRESSION_FAILED","USAGE_UNAVAILABLE","VALIDATOR_UNAVAILABLE","CLASSIFIER_UNAVAILABLE","INTERNAL"] as const;
export type FailureReason = (typeof failureReasons)[number];

/** The closed sets that are known by their names; fields of texts and of documents that clients do not read carry their own values. */
export const closedSets: Readonly<Record<string, readonly string[]>> = {
  approvalStatus: approvalStatusValues,
  artifactGovernance: artifactGovernanceValues,
  autonomyLevel: autonomyLevelValues,
  chainTrigger: chainTriggerValues,
  dataClassification: dataClassificationValues,
  delegationAction: delegationActionValues,
  discoveryToggle: discoveryToggleValues,
  enforcementMode: enforcementModeValues,
  grantStatus: grantStatusValues,
  level: levelValues,
  onError: onErrorValues,
  phase: phaseValues,
  severity: severityValues,
  usageScope: usageScopeValues,
  usageWindow: usageWindowValues,
  validatorDecision: validatorDecisionValues,
  weekday: weekdayValues,
};
/** Other names that are accepted on input, by set. */
export const closedSetAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  enforcementMode: enforcementModeAliases,
  usageScope: usageScopeAliases,
  weekday: weekdayAliases,
};

export const limits = {
  /** UTF-16 code units; one text; 1 MiB scans in about 10 ms */
  maxTextChars: 1048576,
  /** UTF-16 code units; all texts of one request */
  maxTotalTextChars: 4194304,
  /** UTF-16 code units; agent ids, tool names, model names, user and session ids */
  maxNameChars: 512,
  /** levels; nesting of tool arguments and metadata */
  maxDepth: 32,
  /** values; values in tool arguments and metadata together */
  maxNodes: 20000,
  /** messages; conversationHistory on the wire */
  maxHistory: 50,
  /** outputs; toolOutputs on the wire */
  maxToolOutputs: 50,
  /** names; declared tools */
  maxTools: 1000,
  /** USD; exact in integer micro-dollars below 2^53 */
  maxCostUsd: 1000000000,
  /** policies; one plan */
  maxPolicies: 10000,
  /** policies; one policy */
  maxPrerequisites: 20,
  /** the wire's range */
  maxEvaluationOrder: 100000,
  /** patterns; one policy's own patterns */
  maxOwnPatterns: 200,
  /** items; a list inside a rule definition */
  maxRuleItems: 1000,
  /** problems; reported at once */
  maxProblems: 100,
  /** spans; one violation */
  maxEvidence: 20,
  /** bytes; a policy file */
  maxPolicyFileBytes: 8388608,
  /** bytes; a bundle as received */
  maxBundleBytes: 67108864,
  /** bytes; a request to the control plane */
  maxRequestBytes: 8388608,
  /** UTF-16 code units; one text in a trace; the rest is cut off and marked */
  maxTracedTextChars: 16384,
  /** items; spans, and decisions, of one trace; further decisions become traces of their own */
  maxTraceItems: 1000,
  /** UTF-16 code units; an error message in a trace or in a message of ours */
  maxErrorChars: 512,
  /** items; one page of a list on the wire */
  maxPageSize: 500,
  /** values; a policy file, its aliases unfolded */
  maxUnfoldedValues: 1000000,
  /** levels; nesting of a request body; the deepest document (a trace with decisions) needs 10 above maxDepth */
  maxBodyDepth: 64,
  /** traces; one ingest call */
  maxIngestTraces: 1000,
  /** rows; read at a time while an export is streamed */
  maxExportRows: 1000,
  /** UTF-16 code units; an API key as sent */
  maxApiKeyChars: 128,
  /** UTF-16 code units; dataSource; what servers take in a request line */
  maxUriChars: 4096,
  /** names; userRoles, and userGroups */
  maxRoles: 1000,
  /** agents; delegationChain */
  maxDelegationChain: 64,
  /** numbers; scores, and classifications */
  maxScores: 200,
  /** approvals; one request; one step seldom needs two */
  maxApprovals: 50,
  /** answers; one request */
  maxValidatorResults: 200,
  /** labels; one policy's selector */
  maxLabels: 64,
  /** documents; one organisation's levels */
  maxGovernanceSettings: 10000,
  /** code points; a text among the values of an explanation; longer ones are given by their length */
  maxExplainedChars: 64,
  /** places; places of patterns in an explanation, for one policy */
  maxExplainedHits: 64,
  /** steps; kept of one session; older ones are dropped when a later one says the same */
  maxSessionSteps: 200,
  /** policies; passed, and violated, kept of one step */
  maxStepPolicies: 64,
  /** tokens; arguments of one call compared with those of another; about 1 KB */
  maxArgumentTokens: 256,
  /** calls; tool calls of a session whose arguments are kept; the most that a loop rule may ask for */
  maxComparedCalls: 32,
  /** hosts; addresses looked at in the arguments of one call; more make the policy undecided */
  maxHosts: 100,
  /** steps; one value against one JSON Schema; about 20 ms */
  maxSchemaSteps: 500000,
  /** schemas; schemas within schemas while a value is judged; fits under the recursion limit of Python */
  maxSchemaDepth: 100,
  /** counters; read by one expression; each is charged at every step that goes ahead */
  maxExpressionCounters: 16,
  /** ms; from the use of an approval to the step; a lost answer is asked for again within it */
  certificateLifetimeMs: 300000,
  /** ms; between the clocks of client and control plane; the nonce is what makes a certificate fresh */
  certificateClockSkewMs: 120000,
  /** UTF-16 code units; a certificate as sent; the longest names make 4 KB */
  maxCertificateChars: 16384,
  /** certificates; remembered by a process until they have expired; about 20 MB */
  maxSpentCertificates: 100000,
  /** UTF-16 code units; a nonce, or the id of a request for an approval, as base64url */
  maxNonceChars: 64,
  /** UTF-16 code units; 128 bits as base64url */
  minNonceChars: 22,
  /** leases; one call, and what is drawn ahead when policies arrive */
  maxLeases: 100,
  /** leases; of one process; a further budget is held by its fail mode */
  maxHeldLeases: 10000,
  /** bytes; what one validator is sent */
  validatorRequestBytes: 2097152,
  /** bytes; what is read of a validator's answer */
  validatorAnswerBytes: 65536,
  /** redirects; one question */
  validatorRedirects: 3,
  /** classifiers; one client */
  maxClassifiers: 64,
  /** UTF-16 code units; a classifier's name */
  maxClassifierNameChars: 64,
  /** texts; one question; more is a failure, nothing is left out */
  maxClassifierTexts: 64,
  /** texts; examples of one classifier that compares embeddings */
  maxClassifierExamples: 100,
  /** UTF-16 code units; what a chat model is asked */
  maxClassifierQuestionChars: 4096,
  /** ms; a step waits no longer for one classifier */
  maxClassifierTimeoutMs: 30000,
  /** bytes; what one classifier is sent */
  classifierRequestBytes: 2097152,
  /** bytes; what is read of an answer; 164 vectors of 3,072 numbers are about 7 MB */
  classifierAnswerBytes: 8388608,
  /** results; one request */
  maxClassifierResults: 200,
} as const;

/** The environment of a request that names none. */
export const environmentDefault = "production";

/** How outputs are checked while they flow. */
export const streams = {"holdBack":256,"step":64,"stepShare":16,"maxWaitingParts":100000,"localTypes":["pii_access","secret_leak","injection_scan","keyword_filter","content_moderation","time_window","token_limit","output_classifier","information_flow","sequence"]} as const;

/** Types of the variables of expressions. */
export const expressionVariables = {"input":"string","output":"string","phase":"string","agentId":"string","agentName":"string","environment":"string","orgId":"string","user":"string","session":"string","model":"string","cost":"double","tokens":"int","now":"timestamp","tools":"list(string)","metadata":"map(string, dyn)","agent":{"fields":{"id":"string","name":"string","autonomy":"string","team":"string","workspace":"string","labels":"map(string, string)"}},"tool":{"fields":{"name":"string","args":"map(string, dyn)","result":"string"}}} as const;

/** Variables of expressions that are one of a few texts, and which. */
export const closedVariables: Readonly<Record<string, readonly string[]>> = { "phase": phaseValues, "step.phase": phaseValues, "step.verdict": verdictValues };

/** Members of the variable `usage` of expressions: the counters that they read. */
export const usageVariables = {"cost_today":{"metric":"cost","window":"1d","scope":"agent"},"cost_month":{"metric":"cost","window":"1mo","scope":"agent"},"cost_last_hour":{"metric":"cost","window":"1h","scope":"agent"},"cost_session":{"metric":"cost","window":"session","scope":"session"},"tokens_today":{"metric":"tokens","window":"1d","scope":"agent"},"tokens_session":{"metric":"tokens","window":"session","scope":"session"},"calls_last_minute":{"metric":"calls","window":"1m","scope":"agent"},"calls_last_hour":{"metric":"calls","window":"1h","scope":"agent"},"calls_today":{"metric":"calls","window":"1d","scope":"agent"},"tool_calls_session":{"metric":"tool_calls","window":"session","scope":"session"},"turns_session":{"metric":"turns","window":"session","scope":"session"}} as const;

/** Types of the variables of the constraints of tool rules. */
export const toolRuleVariables = {"args":"map(string, dyn)","tool":"string","agentId":"string","environment":"string"} as const;

/** Types of the variables of the conditions of action approvals. */
export const actionVariables = {"action":"string","args":"map(string, dyn)","resource":"string","agentId":"string","user":"string","environment":"string","classification":"string","records":"int","cost":"double"} as const;

/** Types of the variables of conditions over an earlier step of a session. */
export const stepVariables = {"step":{"fields":{"phase":"string","tool":"string","agent":"string","target":"string","verdict":"string","passed":"list(string)","violated":"list(string)","labels":"list(string)","ageSeconds":"double"}}} as const;
