// Code generated from spec/. Do not edit.

import type { ApprovalStatus, ArtifactGovernance, AutonomyLevel, ChainTrigger, Consideration, DataClassification, DelegationAction, EnforcementMode, GovernanceDimension, GrantStatus, Level, OnError, OutcomeStatus, Phase, Reason, Severity, TraceStatus, ValidatorDecision, Verdict } from "./tables";

/** An agent as registered. */
export interface Agent {
  /** The external id, chosen by its owner. */
  readonly agentId: string;
  readonly name?: string;
  readonly type?: string;
  readonly platform?: string;
  readonly environment?: string;
  readonly description?: string;
  readonly ownerEmail?: string;
  readonly allowedDataSources?: readonly string[];
  readonly allowedActions?: readonly string[];
  readonly requiresHumanApprovalFor?: readonly string[];
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly autonomyLevel?: AutonomyLevel;
  readonly teamId?: string;
  readonly workspaceId?: string;
  /** Tools that it may use; empty means that none are known. */
  readonly tools?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Leave for one agent to call another. */
export interface AgentGrant {
  readonly grantId: string;
  readonly callerAgentId: string;
  /** `*` means every agent. */
  readonly calleeAgentId: string;
  /** What the caller may have done. */
  readonly actions: readonly DelegationAction[];
  /** RFC 3339; empty means that it does not expire. */
  readonly expiresAt?: string;
  /** The longest chain of callers that may use it; the policy's own bound stands beside it. */
  readonly maxDepth?: number;
  readonly status?: GrantStatus;
}

/** A kill switch that is on. */
export interface Pause {
  readonly level: Level;
  /** The agent, team, workspace or tenant that is held. */
  readonly targetId: string;
  readonly reason?: string;
  /** RFC 3339; empty means until resumed. */
  readonly until?: string;
}

/** A step that waits for a human. */
export interface Approval {
  readonly id?: string;
  readonly agentId: string;
  readonly status?: ApprovalStatus;
  /** The exact step, as a request. */
  readonly action: Readonly<Record<string, unknown>>;
  /** SHA-256 of the canonical JSON of the action, hex. */
  readonly actionHash: string;
  readonly policyIds?: readonly string[];
  readonly message?: string;
  /** RFC 3339. */
  readonly requestedAt?: string;
  readonly expiresAt?: string;
  readonly decidedAt?: string;
  readonly decidedBy?: string;
  readonly decisionReason?: string;
  /** Made by the asker, so that asking twice is asking once. */
  readonly requestId?: string;
  /** SHA-256 of the payload of the bundle in force where the step is held, hex. */
  readonly bundleDigest?: string;
  /** Who may approve, where a policy says so; there and empty: nobody is on every list. */
  readonly approvers?: readonly string[];
}

/** What a control plane signs when an approval is used: it lets exactly one step go ahead, once. */
export interface ApprovalCertificate {
  readonly approvalId: string;
  readonly organizationId: string;
  readonly agentId: string;
  /** SHA-256 of the canonical JSON of the action, hex. */
  readonly actionHash: string;
  /** The human, as named by who decided. */
  readonly approver: string;
  /** The key that decided, `key:<id>`. */
  readonly approverKey: string;
  /** RFC 3339. */
  readonly issuedAt: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** Chosen by who uses the approval. */
  readonly nonce: string;
  /** As asked with; empty when no bundle was in force. */
  readonly bundleDigest: string;
}

/** One line of the append-only log. hash = SHA-256(prev_hash bytes, then the canonical JSON of every other field). */
export interface AuditEntry {
  /** From 0, without gaps. */
  readonly index?: number;
  /** RFC 3339. */
  readonly at?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly targetType?: string;
  readonly targetId?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Hex; 64 zeros for the first. */
  readonly prevHash?: string;
  readonly hash?: string;
}

/** Everything a client needs to decide alone. */
export interface Bundle {
  readonly organizationId: string;
  /** Grows with every change; a client refuses to go back. */
  readonly version: number;
  /** RFC 3339. */
  readonly issuedAt: string;
  /** Digest of the contract it was written against. */
  readonly specDigest?: string;
  /** Key of the hashes in evidence, base64. */
  readonly salt?: string;
  readonly policies?: readonly Policy[];
  readonly agents?: readonly Agent[];
  readonly pauses?: readonly Pause[];
  readonly grants?: readonly AgentGrant[];
  /** What the levels of the cascade demand. */
  readonly settings?: readonly GovernanceSettings[];
}

/** A DSSE envelope: the exact bytes of a bundle with signatures over them. */
export interface SignedBundle {
  readonly payloadType: string;
  /** Base64 of the canonical JSON of a bundle. */
  readonly payload: string;
  readonly signatures?: readonly BundleSignature[];
}

/**  */
export interface BundleSignature {
  /** Key id as in the JWKS. */
  readonly keyid: string;
  /** Base64 of an Ed25519 signature over DSSE's pre-authentication encoding. */
  readonly sig: string;
}

/** What was decided about one request, and all that was found. */
export interface Decision {
  readonly verdict: Verdict;
  /** False when the step must not happen now. */
  readonly allowed: boolean;
  readonly phase: Phase;
  readonly agentId: string;
  readonly violations: readonly Violation[];
  /** One for each applicable policy, in the order of evaluation. */
  readonly outcomes: readonly PolicyOutcome[];
  /** Texts to use in place of the request's own. */
  readonly transforms: readonly Transform[];
  /** Notices that change no verdict. */
  readonly alerts: readonly Alert[];
  /** What was wrong with the request. */
  readonly problems: readonly RequestProblem[];
  /** Set when the verdict is paused. */
  readonly pause?: Pause;
  /** SHA-256 of the policies it was decided with, hex. */
  readonly planDigest: string;
  /** Policies from beyond the agent's tier that were evaluated all the same, for the audit. */
  readonly tierOverrides?: readonly TierOverride[];
  /** Why, when it was asked for. */
  readonly explanation?: Explanation;
  /** A kill switch that a violated budget asks for; whoever enforces the decision switches it on. */
  readonly requestedPause?: Pause;
}

/** A policy whose type belongs to a higher autonomy tier than its agent's. */
export interface TierOverride {
  readonly policyId: string;
  readonly policyType: string;
  /** The tier of its type. */
  readonly tier: AutonomyLevel;
  /** The agent's. */
  readonly agentTier: AutonomyLevel;
}

/** One policy that was violated, or that could not be decided and holds. */
export interface Violation {
  readonly policyId: string;
  readonly policyName: string;
  readonly policyType: string;
  readonly severity: Severity;
  readonly message: string;
  /** What this violation does. */
  readonly enforcementMode: EnforcementMode;
  readonly reason: Reason;
  readonly evidence: readonly Evidence[];
}

/** Where and what kind, never the value itself. */
export interface Evidence {
  /** JSON pointer into the request. */
  readonly path: string;
  /** Unicode code points, from the start of that text. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly category: string;
  readonly score?: number;
  /** HMAC-SHA-256 of the value under the organisation's salt, hex; only where a salt is set. */
  readonly valueHash?: string;
}

/** What became of one policy that applied: `passed`, `violated`, `skipped` or `error`, and why. */
export interface PolicyOutcome {
  readonly policyId: string;
  readonly policyType: string;
  readonly status: OutcomeStatus;
  readonly reason?: Reason;
}

/** The text to use instead of one of the request: redacted, masked, or with tokens. */
export interface Transform {
  /** JSON pointer into the request. */
  readonly path: string;
  readonly text: string;
}

/** A notice of one policy that changes no verdict: that a limit is near, say. */
export interface Alert {
  readonly policyId: string;
  readonly reason: Reason;
  readonly message: string;
}

/** One thing that is wrong with a request. */
export interface RequestProblem {
  /** JSON pointer into the request. */
  readonly path: string;
  readonly reason: Reason;
  readonly message: string;
}

/** Why a decision is what it is. Texts of the request are given by their length. */
export interface Explanation {
  /** Every active policy, in the order of evaluation. */
  readonly policies: readonly PolicyExplanation[];
  /** What the cascade says for the agent. */
  readonly governance: Governance;
}

/**  */
export interface PolicyExplanation {
  readonly policyId: string;
  readonly policyType: string;
  /** What became of it. */
  readonly status: Consideration;
  /** Why it did not apply, was skipped or could not be decided. */
  readonly why?: string;
  /** The mode in force. */
  readonly mode: EnforcementMode;
  /** The setting that raised its mode, when one did. */
  readonly modeSource?: GovernedSetting;
  /** What it does when it cannot be decided. */
  readonly onError: OnError;
  readonly prerequisites?: readonly PrerequisiteExplanation[];
  /** Its type's conditions, in order, with what they came to. */
  readonly conditions?: readonly ConditionExplanation[];
  /** Expressions of the rule that were evaluated. */
  readonly expressions?: readonly ExpressionExplanation[];
  /** Counters that were read. */
  readonly counters?: readonly CounterExplanation[];
  /** Patterns that matched in texts that it reads. */
  readonly patterns?: readonly PatternHit[];
}

/**  */
export interface PrerequisiteExplanation {
  readonly policyId: string;
  /** Its outcome. */
  readonly status: Consideration;
  /** False when it does not apply to this request. */
  readonly counts: boolean;
}

/**  */
export interface ConditionExplanation {
  readonly id: string;
  readonly holds: boolean;
  readonly reason: Reason;
}

/**  */
export interface ExpressionExplanation {
  /** JSON pointer into the rule. */
  readonly path: string;
  /** true, false or error. */
  readonly result: string;
  /** The sub-expression that decided it. */
  readonly decided: ExpressionPart;
  /** Values that the deciding sub-expression reads. */
  readonly parts?: readonly ExpressionPart[];
}

/** A piece of an expression and what it came to. */
export interface ExpressionPart {
  readonly source: string;
  /** Unicode code points, from the start of the expression. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** As the expression language writes it. */
  readonly value: string;
}

/**  */
export interface CounterExplanation {
  readonly key: string;
  /** As read; empty when it could not be. */
  readonly value: string;
}

/**  */
export interface PatternHit {
  /** The pattern's id in the catalogue, or `own.<policy>.<index>`. */
  readonly patternId: string;
  /** JSON pointer into the request. */
  readonly path: string;
  /** Unicode code points. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** What one level of the cascade demands. An unknown value means the most restrictive known one. */
export interface GovernanceSettings {
  /** platform, tenant, workspace, team or agent; any other concerns everyone. */
  readonly level: string;
  /** The agent, team or workspace; empty for the tenant and the platform. */
  readonly targetId?: string;
  /** The highest autonomy tier that an agent may have. */
  readonly maxAutonomy?: string;
  /** Least enforcement mode by policy type or alias; `*` is every type. */
  readonly minimumModes?: Readonly<Record<string, string>>;
  /** Governance packs that are in force. */
  readonly packs?: readonly string[];
  /** What an artefact needs before an agent may use it. */
  readonly artifactGovernance?: string;
  /** What an agent may discover: name to true or false. */
  readonly discovery?: Readonly<Record<string, boolean>>;
}

/** What the cascade says for one agent: of every level the most restrictive. */
export interface Governance {
  /** The agent's tier under every cap. Absent for an agent without a tier that no level caps. */
  readonly autonomy?: AutonomyLevel;
  /** Least mode by policy type; `*` is every type. */
  readonly minimumModes: Readonly<Record<string, string>>;
  readonly packs: readonly string[];
  readonly artifactGovernance: ArtifactGovernance;
  /** Name to true or false. */
  readonly discovery: Readonly<Record<string, boolean>>;
  /** The kill switch that holds the agent. */
  readonly pause?: Pause;
  /** Every setting that some level made, and which. */
  readonly settings: readonly GovernedSetting[];
}

/** One setting of the cascade and the level that it comes from; of several that say the same, the highest. */
export interface GovernedSetting {
  readonly dimension: GovernanceDimension;
  /** The policy type, pack or toggle; empty for dimensions that have one value. */
  readonly name?: string;
  readonly value: string;
  readonly level: string;
  readonly targetId?: string;
  /** The governance pack that asks for it. */
  readonly pack?: string;
}

/** One rule of an organisation, as written, stored and sent. */
export interface Policy {
  /** Stable id, unique in its organisation. */
  readonly id: string;
  /** Shown to people; the id when empty. */
  readonly name?: string;
  readonly description?: string;
  /** One of the catalogue's types or its aliases. */
  readonly policyType: string;
  /** What a violation does. */
  readonly enforcementMode?: EnforcementMode;
  /** The fields of the type, see rules.proto. */
  readonly ruleDefinition: Readonly<Record<string, unknown>>;
  /** Agents it applies to; empty means all. */
  readonly appliesToAgents?: readonly string[];
  /** Environments it applies to; empty means all. */
  readonly environments?: readonly string[];
  /** The level of the cascade it was written at. */
  readonly level?: Level;
  /** A policy that is not active is not evaluated. */
  readonly isActive?: boolean;
  /** Policies that are evaluated before this one. */
  readonly prerequisites?: readonly string[];
  /** What their outcomes must be for this one to run. */
  readonly chainTrigger?: ChainTrigger;
  /** Order of evaluation, 0 to 100000; ties go by id. */
  readonly evaluationOrder?: number;
  /** What it does when it cannot be decided; by mode when empty. */
  readonly onError?: OnError;
  /** By type when empty. */
  readonly severity?: Severity;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Who is told of a violation. */
  readonly notify?: readonly NotifyChannel[];
  /** Labels that a registered agent must have, name to value; `*` is any value. Empty means all agents. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The agent, team or workspace that it was written for, as its level says; empty means all of them. */
  readonly targetId?: string;
}

/** Where a notice of a violation goes. */
export interface NotifyChannel {
  /** webhook or email. */
  readonly kind: string;
  /** URL or address. */
  readonly target: string;
}

/** One step of an agent that is about to happen. */
export interface EnforceRequest {
  readonly agentId: string;
  readonly phase?: Phase;
  /** What the user says; in agent_call, what the agent that calls says. */
  readonly input?: string;
  /** What the model says. */
  readonly output?: string;
  /** The tool about to be called. */
  readonly tool?: ToolCall;
  /** What tools have returned. */
  readonly toolOutputs?: readonly ToolOutput[];
  /** Earlier messages. */
  readonly conversationHistory?: readonly Message[];
  /** Tools that the agent could call. */
  readonly tools?: readonly string[];
  readonly environment?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** In USD; absent counts as zero. */
  readonly estimatedCost?: number;
  readonly estimatedTokens?: number;
  readonly model?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  /** Who serves the model. */
  readonly provider?: string;
  /** Where the model is served. */
  readonly region?: string;
  /** Roles of the user on whose behalf the agent acts. */
  readonly userRoles?: readonly string[];
  readonly userGroups?: readonly string[];
  /** What is about to be done, in the caller's own words; in tool_call the tool's name when absent. */
  readonly action?: string;
  /** What it is done to. */
  readonly resource?: string;
  /** The agent that is called. */
  readonly targetAgentId?: string;
  /** Agents on whose behalf the call is made, the first caller first, without the agent that asks now. */
  readonly delegationChain?: readonly string[];
  /** Tools that the called agent may use. */
  readonly delegatedTools?: readonly string[];
  /** URI of the data that is read. */
  readonly dataSource?: string;
  readonly dataClassification?: DataClassification;
  /** Records asked for, or returned. */
  readonly recordCount?: number;
  /** Measures of quality, by name, as the caller measured them. */
  readonly scores?: Readonly<Record<string, number>>;
  /** Probabilities from 0 to 1, by label, from a classifier of the caller. */
  readonly classifications?: Readonly<Record<string, number>>;
  /** Approvals that were checked before they were passed in. */
  readonly approvals?: readonly ApprovalProof[];
  /** The tool as its server describes it. */
  readonly toolDescriptor?: ToolDescriptor;
  /** Answers of validators, by policy id, asked for before evaluation. */
  readonly validatorResults?: Readonly<Record<string, ValidatorResult>>;
  readonly outputTokens?: number;
  /** The registered agent's when absent. */
  readonly workspaceId?: string;
  readonly teamId?: string;
  /** The session that this one was delegated from; labels flow both ways. */
  readonly parentSessionId?: string;
  /** What classifiers said, by policy id, asked for before evaluation. */
  readonly classifierResults?: Readonly<Record<string, ClassifierResult>>;
}

/** An approval that the caller has checked. */
export interface ApprovalProof {
  readonly approvalId: string;
  /** SHA-256 of the canonical JSON of the approved action, hex. */
  readonly actionHash: string;
  readonly status: ApprovalStatus;
  /** RFC 3339; empty means that it does not expire by itself. */
  readonly expiresAt?: string;
}

/** What an MCP server says about one of its tools. */
export interface ToolDescriptor {
  readonly server: string;
  readonly name: string;
  /** SHA-256 of the canonical JSON of the descriptor, hex. */
  readonly hash: string;
  readonly description?: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** What a validator answered. */
export interface ValidatorResult {
  readonly decision: ValidatorDecision;
  readonly message?: string;
}

/** What a classifier said about the texts that one policy looks at. */
export interface ClassifierResult {
  /** From 0 to 1, by label; the label of a classifier with one score is empty. */
  readonly scores?: Readonly<Record<string, number>>;
  /** Why there are none. */
  readonly error?: string;
  /** Whether the policy is decided without it where there are none. */
  readonly open?: boolean;
}

/** A tool that is about to be called, with its arguments. */
export interface ToolCall {
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** What a tool gave back, under its name. */
export interface ToolOutput {
  readonly name: string;
  readonly input?: unknown;
  /** Text, or any JSON value. */
  readonly output: unknown;
}

/** An earlier message of the conversation. */
export interface Message {
  /** system, user, assistant or tool. */
  readonly role: string;
  readonly content: string;
}

/** What an agent did, and what was decided on the way. */
export interface Trace {
  readonly traceId: string;
  readonly agentId: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly durationMs?: number;
  readonly status?: TraceStatus;
  readonly input?: string;
  readonly output?: string;
  readonly errorMessage?: string;
  readonly errorType?: string;
  readonly modelName?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  readonly costUsd?: number;
  readonly environment?: string;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly parentTraceId?: string;
  readonly spanType?: string;
  readonly spans?: readonly Span[];
  readonly decisions?: readonly DecisionRecord[];
}

/**  */
export interface Span {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly spanType?: string;
  /** RFC 3339. */
  readonly startedAt?: string;
  readonly durationMs?: number;
  readonly status?: TraceStatus;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A decision with what the core does not know: an id, a time, how long it took. */
export interface DecisionRecord {
  readonly decisionId: string;
  /** RFC 3339. */
  readonly decidedAt: string;
  readonly durationUs?: number;
  readonly bundleVersion?: number;
  readonly decision: Decision;
  readonly receipt?: Receipt;
}

/** Proof that a step was decided, chained to the one before it in its session (SPECIFICATION ). */
export interface Receipt {
  readonly chain: string;
  readonly step: number;
  readonly actionHash?: string;
  readonly previous?: string;
  readonly hash: string;
  /** The step that it is about: a span, or a whole trace; empty for a decision outside any trace. Absent in receipts of clients that did not name steps yet. */
  readonly spanId?: string;
}

/** One thing that is wrong with a document, and where. */
export interface CompileProblem {
  /** JSON pointer into the document. */
  readonly pointer: string;
  readonly message: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
  /** The file it stands in, when it was read from one. */
  readonly file?: string;
  /** From 1, when it was read from a file, or inside an expression. */
  readonly line?: number;
  readonly column?: number;
}

export interface MessageField {
  readonly kind: "string" | "bool" | "number" | "int" | "object" | "any" | "message";
  /** Of a message: its own fields. */
  readonly fields?: () => MessageTable;
  readonly repeated?: boolean;
  /** An object from names to values of that kind. */
  readonly mapped?: boolean;
  readonly required?: boolean;
  readonly set?: string;
  /** Of a set that is not known by its name. */
  readonly values?: readonly string[];
  readonly maxLength?: string;
  /** What an absent field means. */
  readonly default?: string | number | boolean;
}

/** What decoding checks of one message, by wire name. */
export type MessageTable = Readonly<Record<string, MessageField>>;

export const agentFields: MessageTable = {
  agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  name: {"kind":"string"},
  type: {"kind":"string"},
  platform: {"kind":"string"},
  environment: {"kind":"string"},
  description: {"kind":"string"},
  ownerEmail: {"kind":"string"},
  allowedDataSources: {"kind":"string","repeated":true},
  allowedActions: {"kind":"string","repeated":true},
  requiresHumanApprovalFor: {"kind":"string","repeated":true},
  tags: {"kind":"string","repeated":true},
  metadata: {"kind":"object"},
  autonomyLevel: {"kind":"string","set":"autonomyLevel"},
  teamId: {"kind":"string"},
  workspaceId: {"kind":"string"},
  tools: {"kind":"string","repeated":true},
  labels: {"kind":"string","mapped":true},
};

export const agentGrantFields: MessageTable = {
  grantId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  callerAgentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  calleeAgentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  actions: {"kind":"string","repeated":true,"required":true,"set":"delegationAction"},
  expiresAt: {"kind":"string"},
  maxDepth: {"kind":"int"},
  status: {"kind":"string","set":"grantStatus","default":"active"},
};

export const pauseFields: MessageTable = {
  level: {"kind":"string","required":true,"set":"level"},
  targetId: {"kind":"string","required":true},
  reason: {"kind":"string"},
  until: {"kind":"string"},
};

export const approvalFields: MessageTable = {
  id: {"kind":"string"},
  agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  status: {"kind":"string","set":"approvalStatus"},
  action: {"kind":"object","required":true},
  actionHash: {"kind":"string","required":true},
  policyIds: {"kind":"string","repeated":true},
  message: {"kind":"string"},
  requestedAt: {"kind":"string"},
  expiresAt: {"kind":"string"},
  decidedAt: {"kind":"string"},
  decidedBy: {"kind":"string"},
  decisionReason: {"kind":"string"},
  requestId: {"kind":"string"},
  bundleDigest: {"kind":"string"},
  approvers: {"kind":"string","repeated":true},
};

export const approvalCertificateFields: MessageTable = {
  approvalId: {"kind":"string","required":true},
  organizationId: {"kind":"string","required":true},
  agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  actionHash: {"kind":"string","required":true},
  approver: {"kind":"string","required":true},
  approverKey: {"kind":"string","required":true},
  issuedAt: {"kind":"string","required":true},
  expiresAt: {"kind":"string","required":true},
  nonce: {"kind":"string","required":true},
  bundleDigest: {"kind":"string","required":true},
};

export const bundleFields: MessageTable = {
  organizationId: {"kind":"string","required":true},
  version: {"kind":"int","required":true},
  issuedAt: {"kind":"string","required":true},
  specDigest: {"kind":"string"},
  salt: {"kind":"string"},
  policies: {"kind":"message","repeated":true,"fields":() => policyFields},
  agents: {"kind":"message","repeated":true,"fields":() => agentFields},
  pauses: {"kind":"message","repeated":true,"fields":() => pauseFields},
  grants: {"kind":"message","repeated":true,"fields":() => agentGrantFields},
  settings: {"kind":"message","repeated":true,"fields":() => governanceSettingsFields},
};

export const signedBundleFields: MessageTable = {
  payloadType: {"kind":"string","required":true},
  payload: {"kind":"string","required":true},
  signatures: {"kind":"message","repeated":true,"fields":() => bundleSignatureFields},
};

export const bundleSignatureFields: MessageTable = {
  keyid: {"kind":"string","required":true},
  sig: {"kind":"string","required":true},
};

export const governanceSettingsFields: MessageTable = {
  level: {"kind":"string","required":true},
  targetId: {"kind":"string"},
  maxAutonomy: {"kind":"string"},
  minimumModes: {"kind":"string","mapped":true},
  packs: {"kind":"string","repeated":true},
  artifactGovernance: {"kind":"string"},
  discovery: {"kind":"bool","mapped":true},
};

export const policyFields: MessageTable = {
  id: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  name: {"kind":"string"},
  description: {"kind":"string"},
  policyType: {"kind":"string","required":true},
  enforcementMode: {"kind":"string","set":"enforcementMode","default":"monitor"},
  ruleDefinition: {"kind":"object","required":true},
  appliesToAgents: {"kind":"string","repeated":true},
  environments: {"kind":"string","repeated":true},
  level: {"kind":"string","set":"level","default":"tenant"},
  isActive: {"kind":"bool","default":true},
  prerequisites: {"kind":"string","repeated":true},
  chainTrigger: {"kind":"string","set":"chainTrigger","default":"all_passed"},
  evaluationOrder: {"kind":"int","default":100},
  onError: {"kind":"string","set":"onError"},
  severity: {"kind":"string","set":"severity"},
  tags: {"kind":"string","repeated":true},
  metadata: {"kind":"object"},
  notify: {"kind":"message","repeated":true,"fields":() => notifyChannelFields},
  labels: {"kind":"string","mapped":true},
  targetId: {"kind":"string"},
};

export const notifyChannelFields: MessageTable = {
  kind: {"kind":"string","required":true},
  target: {"kind":"string","required":true},
};

export const enforceRequestFields: MessageTable = {
  agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  phase: {"kind":"string","set":"phase","default":"input"},
  input: {"kind":"string"},
  output: {"kind":"string"},
  tool: {"kind":"message","fields":() => toolCallFields},
  toolOutputs: {"kind":"message","repeated":true,"fields":() => toolOutputFields},
  conversationHistory: {"kind":"message","repeated":true,"fields":() => messageFields},
  tools: {"kind":"string","repeated":true},
  environment: {"kind":"string"},
  metadata: {"kind":"object"},
  estimatedCost: {"kind":"number"},
  estimatedTokens: {"kind":"number"},
  model: {"kind":"string"},
  userId: {"kind":"string"},
  sessionId: {"kind":"string"},
  provider: {"kind":"string"},
  region: {"kind":"string"},
  userRoles: {"kind":"string","repeated":true},
  userGroups: {"kind":"string","repeated":true},
  action: {"kind":"string"},
  resource: {"kind":"string"},
  targetAgentId: {"kind":"string"},
  delegationChain: {"kind":"string","repeated":true},
  delegatedTools: {"kind":"string","repeated":true},
  dataSource: {"kind":"string"},
  dataClassification: {"kind":"string","set":"dataClassification"},
  recordCount: {"kind":"int"},
  scores: {"kind":"number","mapped":true},
  classifications: {"kind":"number","mapped":true},
  approvals: {"kind":"message","repeated":true,"fields":() => approvalProofFields},
  toolDescriptor: {"kind":"message","fields":() => toolDescriptorFields},
  validatorResults: {"kind":"message","mapped":true,"fields":() => validatorResultFields},
  outputTokens: {"kind":"number"},
  workspaceId: {"kind":"string"},
  teamId: {"kind":"string"},
  parentSessionId: {"kind":"string"},
  classifierResults: {"kind":"message","mapped":true,"fields":() => classifierResultFields},
};

export const approvalProofFields: MessageTable = {
  approvalId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  actionHash: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  status: {"kind":"string","required":true,"set":"approvalStatus"},
  expiresAt: {"kind":"string"},
};

export const toolDescriptorFields: MessageTable = {
  server: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  name: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  hash: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  description: {"kind":"string"},
  annotations: {"kind":"object"},
};

export const validatorResultFields: MessageTable = {
  decision: {"kind":"string","required":true,"set":"validatorDecision"},
  message: {"kind":"string"},
};

export const classifierResultFields: MessageTable = {
  scores: {"kind":"number","mapped":true},
  error: {"kind":"string"},
  open: {"kind":"bool"},
};

export const toolCallFields: MessageTable = {
  name: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  args: {"kind":"object"},
};

export const toolOutputFields: MessageTable = {
  name: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  input: {"kind":"any"},
  output: {"kind":"any","required":true},
};

export const messageFields: MessageTable = {
  role: {"kind":"string","required":true},
  content: {"kind":"string","required":true},
};

/** The tables of what clients read. */
export const clientMessages = {
  Agent: agentFields,
  AgentGrant: agentGrantFields,
  Pause: pauseFields,
  Approval: approvalFields,
  ApprovalCertificate: approvalCertificateFields,
  Bundle: bundleFields,
  SignedBundle: signedBundleFields,
  BundleSignature: bundleSignatureFields,
  GovernanceSettings: governanceSettingsFields,
  Policy: policyFields,
  NotifyChannel: notifyChannelFields,
  EnforceRequest: enforceRequestFields,
  ApprovalProof: approvalProofFields,
  ToolDescriptor: toolDescriptorFields,
  ValidatorResult: validatorResultFields,
  ClassifierResult: classifierResultFields,
  ToolCall: toolCallFields,
  ToolOutput: toolOutputFields,
  Message: messageFields,
} as const;
