// Code generated from spec/. Do not edit.

import type { ApprovalStatus, AutonomyLevel, ChainTrigger, EnforcementMode, Level, OnError, OutcomeStatus, Phase, Reason, Severity, TraceStatus, Verdict } from "./tables";

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

/**  */
export interface PolicyOutcome {
  readonly policyId: string;
  readonly policyType: string;
  readonly status: OutcomeStatus;
  readonly reason?: Reason;
}

/**  */
export interface Transform {
  /** JSON pointer into the request. */
  readonly path: string;
  readonly text: string;
}

/**  */
export interface Alert {
  readonly policyId: string;
  readonly reason: Reason;
  readonly message: string;
}

/**  */
export interface RequestProblem {
  /** JSON pointer into the request. */
  readonly path: string;
  readonly reason: Reason;
  readonly message: string;
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
}

/**  */
export interface ToolCall {
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**  */
export interface ToolOutput {
  readonly name: string;
  readonly input?: unknown;
  /** Text, or any JSON value. */
  readonly output: unknown;
}

/**  */
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
  readonly message?: string;
  readonly repeated?: boolean;
  readonly required?: boolean;
  readonly set?: string;
  readonly maxLength?: string;
  /** What an absent field means. */
  readonly default?: string | number | boolean;
}

/** What decoding checks, by message and wire name. */
export const messages: Readonly<Record<string, Readonly<Record<string, MessageField>>>> = {
  Agent: {
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
  },
  Pause: {
    level: {"kind":"string","required":true,"set":"level"},
    targetId: {"kind":"string","required":true},
    reason: {"kind":"string"},
    until: {"kind":"string"},
  },
  Approval: {
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
  },
  AuditEntry: {
    index: {"kind":"int"},
    at: {"kind":"string"},
    actor: {"kind":"string"},
    action: {"kind":"string"},
    targetType: {"kind":"string"},
    targetId: {"kind":"string"},
    details: {"kind":"object"},
    prevHash: {"kind":"string"},
    hash: {"kind":"string"},
  },
  Bundle: {
    organizationId: {"kind":"string","required":true},
    version: {"kind":"int","required":true},
    issuedAt: {"kind":"string","required":true},
    specDigest: {"kind":"string"},
    salt: {"kind":"string"},
    policies: {"kind":"message","message":"Policy","repeated":true},
    agents: {"kind":"message","message":"Agent","repeated":true},
    pauses: {"kind":"message","message":"Pause","repeated":true},
  },
  SignedBundle: {
    payloadType: {"kind":"string","required":true},
    payload: {"kind":"string","required":true},
    signatures: {"kind":"message","message":"BundleSignature","repeated":true},
  },
  BundleSignature: {
    keyid: {"kind":"string","required":true},
    sig: {"kind":"string","required":true},
  },
  Decision: {
    verdict: {"kind":"string","required":true,"set":"verdict"},
    allowed: {"kind":"bool","required":true},
    phase: {"kind":"string","required":true,"set":"phase"},
    agentId: {"kind":"string","required":true},
    violations: {"kind":"message","message":"Violation","repeated":true,"required":true},
    outcomes: {"kind":"message","message":"PolicyOutcome","repeated":true,"required":true},
    transforms: {"kind":"message","message":"Transform","repeated":true,"required":true},
    alerts: {"kind":"message","message":"Alert","repeated":true,"required":true},
    problems: {"kind":"message","message":"RequestProblem","repeated":true,"required":true},
    pause: {"kind":"message","message":"Pause"},
    planDigest: {"kind":"string","required":true},
  },
  Violation: {
    policyId: {"kind":"string","required":true},
    policyName: {"kind":"string","required":true},
    policyType: {"kind":"string","required":true},
    severity: {"kind":"string","required":true,"set":"severity"},
    message: {"kind":"string","required":true},
    enforcementMode: {"kind":"string","required":true,"set":"enforcementMode"},
    reason: {"kind":"string","required":true,"set":"reason"},
    evidence: {"kind":"message","message":"Evidence","repeated":true,"required":true},
  },
  Evidence: {
    path: {"kind":"string","required":true},
    start: {"kind":"int","required":true},
    end: {"kind":"int","required":true},
    category: {"kind":"string","required":true},
    score: {"kind":"number"},
    valueHash: {"kind":"string"},
  },
  PolicyOutcome: {
    policyId: {"kind":"string","required":true},
    policyType: {"kind":"string","required":true},
    status: {"kind":"string","required":true,"set":"outcomeStatus"},
    reason: {"kind":"string","set":"reason"},
  },
  Transform: {
    path: {"kind":"string","required":true},
    text: {"kind":"string","required":true},
  },
  Alert: {
    policyId: {"kind":"string","required":true},
    reason: {"kind":"string","required":true,"set":"reason"},
    message: {"kind":"string","required":true},
  },
  RequestProblem: {
    path: {"kind":"string","required":true},
    reason: {"kind":"string","required":true,"set":"reason"},
    message: {"kind":"string","required":true},
  },
  Policy: {
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
    notify: {"kind":"message","message":"NotifyChannel","repeated":true},
  },
  NotifyChannel: {
    kind: {"kind":"string","required":true},
    target: {"kind":"string","required":true},
  },
  EnforceRequest: {
    agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
    phase: {"kind":"string","set":"phase","default":"input"},
    input: {"kind":"string"},
    output: {"kind":"string"},
    tool: {"kind":"message","message":"ToolCall"},
    toolOutputs: {"kind":"message","message":"ToolOutput","repeated":true},
    conversationHistory: {"kind":"message","message":"Message","repeated":true},
    tools: {"kind":"string","repeated":true},
    environment: {"kind":"string"},
    metadata: {"kind":"object"},
    estimatedCost: {"kind":"number"},
    estimatedTokens: {"kind":"number"},
    model: {"kind":"string"},
    userId: {"kind":"string"},
    sessionId: {"kind":"string"},
  },
  ToolCall: {
    name: {"kind":"string","required":true,"maxLength":"maxNameChars"},
    args: {"kind":"object"},
  },
  ToolOutput: {
    name: {"kind":"string","required":true,"maxLength":"maxNameChars"},
    input: {"kind":"any"},
    output: {"kind":"any","required":true},
  },
  Message: {
    role: {"kind":"string","required":true},
    content: {"kind":"string","required":true},
  },
  Trace: {
    traceId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
    agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
    sessionId: {"kind":"string"},
    userId: {"kind":"string"},
    timestamp: {"kind":"string","required":true},
    durationMs: {"kind":"number"},
    status: {"kind":"string","set":"traceStatus","default":"success"},
    input: {"kind":"string"},
    output: {"kind":"string"},
    errorMessage: {"kind":"string"},
    errorType: {"kind":"string"},
    modelName: {"kind":"string"},
    promptTokens: {"kind":"number"},
    completionTokens: {"kind":"number"},
    totalTokens: {"kind":"number"},
    costUsd: {"kind":"number"},
    environment: {"kind":"string"},
    tags: {"kind":"string","repeated":true},
    metadata: {"kind":"object"},
    parentTraceId: {"kind":"string"},
    spanType: {"kind":"string"},
    spans: {"kind":"message","message":"Span","repeated":true},
    decisions: {"kind":"message","message":"DecisionRecord","repeated":true},
  },
  Span: {
    spanId: {"kind":"string","required":true},
    parentSpanId: {"kind":"string"},
    name: {"kind":"string"},
    spanType: {"kind":"string"},
    startedAt: {"kind":"string"},
    durationMs: {"kind":"number"},
    status: {"kind":"string","set":"traceStatus"},
    attributes: {"kind":"object"},
  },
  DecisionRecord: {
    decisionId: {"kind":"string","required":true},
    decidedAt: {"kind":"string","required":true},
    durationUs: {"kind":"number"},
    bundleVersion: {"kind":"int"},
    decision: {"kind":"message","message":"Decision","required":true},
  },
};
