# Code generated from spec/. Do not edit.
"""Documents of the contract: plain types and decode tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as registered."""

    agent_id: str
    name: str | None = None
    type: str | None = None
    platform: str | None = None
    environment: str | None = None
    description: str | None = None
    owner_email: str | None = None
    allowed_data_sources: tuple[str, ...] = ()
    allowed_actions: tuple[str, ...] = ()
    requires_human_approval_for: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] | None = None
    autonomy_level: str | None = None
    team_id: str | None = None
    workspace_id: str | None = None
    tools: tuple[str, ...] = ()
    labels: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class AgentGrant:
    """Leave for one agent to call another."""

    grant_id: str
    caller_agent_id: str
    callee_agent_id: str
    actions: tuple[str, ...]
    expires_at: str | None = None
    max_depth: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A kill switch that is on."""

    level: str
    target_id: str
    reason: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A step that waits for a human."""

    agent_id: str
    action: dict[str, Any]
    action_hash: str
    id: str | None = None
    status: str | None = None
    policy_ids: tuple[str, ...] = ()
    message: str | None = None
    requested_at: str | None = None
    expires_at: str | None = None
    decided_at: str | None = None
    decided_by: str | None = None
    decision_reason: str | None = None
    request_id: str | None = None
    bundle_digest: str | None = None
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovalCertificate:
    """What a control plane signs when an approval is used: it lets exactly one step go ahead, once."""

    approval_id: str
    organization_id: str
    agent_id: str
    action_hash: str
    approver: str
    approver_key: str
    issued_at: str
    expires_at: str
    nonce: str
    bundle_digest: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the append-only log. hash = SHA-256(prev_hash bytes, then the canonical JSON of every other field)."""

    index: int | None = None
    at: str | None = None
    actor: str | None = None
    action: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    details: dict[str, Any] | None = None
    prev_hash: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything a client needs to decide alone."""

    organization_id: str
    version: int
    issued_at: str
    spec_digest: str | None = None
    salt: str | None = None
    policies: tuple[Policy, ...] = ()
    agents: tuple[Agent, ...] = ()
    pauses: tuple[Pause, ...] = ()
    grants: tuple[AgentGrant, ...] = ()
    settings: tuple[GovernanceSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedBundle:
    """A DSSE envelope: the exact bytes of a bundle with signatures over them."""

    payload_type: str
    payload: str
    signatures: tuple[BundleSignature, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleSignature:
    """"""

    keyid: str
    sig: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one request, and all that was found."""

    verdict: str
    allowed: bool
    phase: str
    agent_id: str
    violations: tuple[Violation, ...]
    outcomes: tuple[PolicyOutcome, ...]
    transforms: tuple[Transform, ...]
    alerts: tuple[Alert, ...]
    problems: tuple[RequestProblem, ...]
    plan_digest: str
    pause: Pause | None = None
    tier_overrides: tuple[TierOverride, ...] = ()
    explanation: Explanation | None = None
    requested_pause: Pause | None = None


@dataclass(frozen=True, slots=True)
class TierOverride:
    """A policy whose type belongs to a higher autonomy tier than its agent's."""

    policy_id: str
    policy_type: str
    tier: str
    agent_tier: str


@dataclass(frozen=True, slots=True)
class Violation:
    """One policy that was violated, or that could not be decided and holds."""

    policy_id: str
    policy_name: str
    policy_type: str
    severity: str
    message: str
    enforcement_mode: str
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where and what kind, never the value itself."""

    path: str
    start: int
    end: int
    category: str
    score: float | None = None
    value_hash: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyOutcome:
    """What became of one policy that applied: `passed`, `violated`, `skipped` or `error`, and why."""

    policy_id: str
    policy_type: str
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Transform:
    """The text to use instead of one of the request: redacted, masked, or with tokens."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A notice of one policy that changes no verdict: that a limit is near, say."""

    policy_id: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class RequestProblem:
    """One thing that is wrong with a request."""

    path: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a decision is what it is. Texts of the request are given by their length."""

    policies: tuple[PolicyExplanation, ...]
    governance: Governance


@dataclass(frozen=True, slots=True)
class PolicyExplanation:
    """"""

    policy_id: str
    policy_type: str
    status: str
    mode: str
    on_error: str
    why: str | None = None
    mode_source: GovernedSetting | None = None
    prerequisites: tuple[PrerequisiteExplanation, ...] = ()
    conditions: tuple[ConditionExplanation, ...] = ()
    expressions: tuple[ExpressionExplanation, ...] = ()
    counters: tuple[CounterExplanation, ...] = ()
    patterns: tuple[PatternHit, ...] = ()


@dataclass(frozen=True, slots=True)
class PrerequisiteExplanation:
    """"""

    policy_id: str
    status: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ConditionExplanation:
    """"""

    id: str
    holds: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ExpressionExplanation:
    """"""

    path: str
    result: str
    decided: ExpressionPart
    parts: tuple[ExpressionPart, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpressionPart:
    """A piece of an expression and what it came to."""

    source: str
    start: int
    end: int
    line: int
    column: int
    value: str


@dataclass(frozen=True, slots=True)
class CounterExplanation:
    """"""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class PatternHit:
    """"""

    pattern_id: str
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GovernanceSettings:
    """What one level of the cascade demands. An unknown value means the most restrictive known one."""

    level: str
    target_id: str | None = None
    max_autonomy: str | None = None
    minimum_modes: dict[str, str] | None = None
    packs: tuple[str, ...] = ()
    artifact_governance: str | None = None
    discovery: dict[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Governance:
    """What the cascade says for one agent: of every level the most restrictive."""

    minimum_modes: dict[str, str]
    packs: tuple[str, ...]
    artifact_governance: str
    discovery: dict[str, bool]
    settings: tuple[GovernedSetting, ...]
    autonomy: str | None = None
    pause: Pause | None = None


@dataclass(frozen=True, slots=True)
class GovernedSetting:
    """One setting of the cascade and the level that it comes from; of several that say the same, the highest."""

    dimension: str
    value: str
    level: str
    name: str | None = None
    target_id: str | None = None
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule of an organisation, as written, stored and sent."""

    id: str
    policy_type: str
    rule_definition: dict[str, Any]
    name: str | None = None
    description: str | None = None
    enforcement_mode: str | None = None
    applies_to_agents: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    level: str | None = None
    is_active: bool | None = None
    prerequisites: tuple[str, ...] = ()
    chain_trigger: str | None = None
    evaluation_order: int | None = None
    on_error: str | None = None
    severity: str | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] | None = None
    notify: tuple[NotifyChannel, ...] = ()
    labels: dict[str, str] | None = None
    target_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotifyChannel:
    """Where a notice of a violation goes."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class EnforceRequest:
    """One step of an agent that is about to happen."""

    agent_id: str
    phase: str | None = None
    input: str | None = None
    output: str | None = None
    tool: ToolCall | None = None
    tool_outputs: tuple[ToolOutput, ...] = ()
    conversation_history: tuple[Message, ...] = ()
    tools: tuple[str, ...] = ()
    environment: str | None = None
    metadata: dict[str, Any] | None = None
    estimated_cost: float | None = None
    estimated_tokens: float | None = None
    model: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    provider: str | None = None
    region: str | None = None
    user_roles: tuple[str, ...] = ()
    user_groups: tuple[str, ...] = ()
    action: str | None = None
    resource: str | None = None
    target_agent_id: str | None = None
    delegation_chain: tuple[str, ...] = ()
    delegated_tools: tuple[str, ...] = ()
    data_source: str | None = None
    data_classification: str | None = None
    record_count: int | None = None
    scores: dict[str, float] | None = None
    classifications: dict[str, float] | None = None
    approvals: tuple[ApprovalProof, ...] = ()
    tool_descriptor: ToolDescriptor | None = None
    validator_results: dict[str, ValidatorResult] | None = None
    output_tokens: float | None = None
    workspace_id: str | None = None
    team_id: str | None = None
    parent_session_id: str | None = None
    classifier_results: dict[str, ClassifierResult] | None = None


@dataclass(frozen=True, slots=True)
class ApprovalProof:
    """An approval that the caller has checked."""

    approval_id: str
    action_hash: str
    status: str
    expires_at: str | None = None


@dataclass(frozen=True, slots=True)
class ToolDescriptor:
    """What an MCP server says about one of its tools."""

    server: str
    name: str
    hash: str
    description: str | None = None
    annotations: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ValidatorResult:
    """What a validator answered."""

    decision: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class ClassifierResult:
    """What a classifier said about the texts that one policy looks at."""

    scores: dict[str, float] | None = None
    error: str | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that is about to be called, with its arguments."""

    name: str
    args: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool gave back, under its name."""

    name: str
    output: Any
    input: Any | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """An earlier message of the conversation."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What an agent did, and what was decided on the way."""

    trace_id: str
    agent_id: str
    timestamp: str
    session_id: str | None = None
    user_id: str | None = None
    duration_ms: float | None = None
    status: str | None = None
    input: str | None = None
    output: str | None = None
    error_message: str | None = None
    error_type: str | None = None
    model_name: str | None = None
    prompt_tokens: float | None = None
    completion_tokens: float | None = None
    total_tokens: float | None = None
    cost_usd: float | None = None
    environment: str | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] | None = None
    parent_trace_id: str | None = None
    span_type: str | None = None
    spans: tuple[Span, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """"""

    span_id: str
    parent_span_id: str | None = None
    name: str | None = None
    span_type: str | None = None
    started_at: str | None = None
    duration_ms: float | None = None
    status: str | None = None
    attributes: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision with what the core does not know: an id, a time, how long it took."""

    decision_id: str
    decided_at: str
    decision: Decision
    duration_us: float | None = None
    bundle_version: int | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a step was decided, chained to the one before it in its session (SPECIFICATION R-1 to R-4)."""

    chain: str
    step: int
    hash: str
    action_hash: str | None = None
    previous: str | None = None
    span_id: str | None = None


@dataclass(frozen=True, slots=True)
class CompileProblem:
    """One thing that is wrong with a document, and where."""

    pointer: str
    message: str
    suggestion: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None


MESSAGES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "Agent": {
        "agentId": {"name": "agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "name": {"name": "name", "kind": "string"},
        "type": {"name": "type", "kind": "string"},
        "platform": {"name": "platform", "kind": "string"},
        "environment": {"name": "environment", "kind": "string"},
        "description": {"name": "description", "kind": "string"},
        "ownerEmail": {"name": "owner_email", "kind": "string"},
        "allowedDataSources": {"name": "allowed_data_sources", "kind": "string", "repeated": True},
        "allowedActions": {"name": "allowed_actions", "kind": "string", "repeated": True},
        "requiresHumanApprovalFor": {"name": "requires_human_approval_for", "kind": "string", "repeated": True},
        "tags": {"name": "tags", "kind": "string", "repeated": True},
        "metadata": {"name": "metadata", "kind": "object"},
        "autonomyLevel": {"name": "autonomy_level", "kind": "string", "set": "autonomyLevel"},
        "teamId": {"name": "team_id", "kind": "string"},
        "workspaceId": {"name": "workspace_id", "kind": "string"},
        "tools": {"name": "tools", "kind": "string", "repeated": True},
        "labels": {"name": "labels", "kind": "string", "mapped": True},
    },
    "AgentGrant": {
        "grantId": {"name": "grant_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "callerAgentId": {"name": "caller_agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "calleeAgentId": {"name": "callee_agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "actions": {"name": "actions", "kind": "string", "repeated": True, "required": True, "set": "delegationAction"},
        "expiresAt": {"name": "expires_at", "kind": "string"},
        "maxDepth": {"name": "max_depth", "kind": "int"},
        "status": {"name": "status", "kind": "string", "set": "grantStatus", "default": "active"},
    },
    "Pause": {
        "level": {"name": "level", "kind": "string", "required": True, "set": "level"},
        "targetId": {"name": "target_id", "kind": "string", "required": True},
        "reason": {"name": "reason", "kind": "string"},
        "until": {"name": "until", "kind": "string"},
    },
    "Approval": {
        "id": {"name": "id", "kind": "string"},
        "agentId": {"name": "agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "status": {"name": "status", "kind": "string", "set": "approvalStatus"},
        "action": {"name": "action", "kind": "object", "required": True},
        "actionHash": {"name": "action_hash", "kind": "string", "required": True},
        "policyIds": {"name": "policy_ids", "kind": "string", "repeated": True},
        "message": {"name": "message", "kind": "string"},
        "requestedAt": {"name": "requested_at", "kind": "string"},
        "expiresAt": {"name": "expires_at", "kind": "string"},
        "decidedAt": {"name": "decided_at", "kind": "string"},
        "decidedBy": {"name": "decided_by", "kind": "string"},
        "decisionReason": {"name": "decision_reason", "kind": "string"},
        "requestId": {"name": "request_id", "kind": "string"},
        "bundleDigest": {"name": "bundle_digest", "kind": "string"},
        "approvers": {"name": "approvers", "kind": "string", "repeated": True},
    },
    "ApprovalCertificate": {
        "approvalId": {"name": "approval_id", "kind": "string", "required": True},
        "organizationId": {"name": "organization_id", "kind": "string", "required": True},
        "agentId": {"name": "agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "actionHash": {"name": "action_hash", "kind": "string", "required": True},
        "approver": {"name": "approver", "kind": "string", "required": True},
        "approverKey": {"name": "approver_key", "kind": "string", "required": True},
        "issuedAt": {"name": "issued_at", "kind": "string", "required": True},
        "expiresAt": {"name": "expires_at", "kind": "string", "required": True},
        "nonce": {"name": "nonce", "kind": "string", "required": True},
        "bundleDigest": {"name": "bundle_digest", "kind": "string", "required": True},
    },
    "AuditEntry": {
        "index": {"name": "index", "kind": "int"},
        "at": {"name": "at", "kind": "string"},
        "actor": {"name": "actor", "kind": "string"},
        "action": {"name": "action", "kind": "string"},
        "targetType": {"name": "target_type", "kind": "string"},
        "targetId": {"name": "target_id", "kind": "string"},
        "details": {"name": "details", "kind": "object"},
        "prevHash": {"name": "prev_hash", "kind": "string"},
        "hash": {"name": "hash", "kind": "string"},
    },
    "Bundle": {
        "organizationId": {"name": "organization_id", "kind": "string", "required": True},
        "version": {"name": "version", "kind": "int", "required": True},
        "issuedAt": {"name": "issued_at", "kind": "string", "required": True},
        "specDigest": {"name": "spec_digest", "kind": "string"},
        "salt": {"name": "salt", "kind": "string"},
        "policies": {"name": "policies", "kind": "message", "message": "Policy", "repeated": True},
        "agents": {"name": "agents", "kind": "message", "message": "Agent", "repeated": True},
        "pauses": {"name": "pauses", "kind": "message", "message": "Pause", "repeated": True},
        "grants": {"name": "grants", "kind": "message", "message": "AgentGrant", "repeated": True},
        "settings": {"name": "settings", "kind": "message", "message": "GovernanceSettings", "repeated": True},
    },
    "SignedBundle": {
        "payloadType": {"name": "payload_type", "kind": "string", "required": True},
        "payload": {"name": "payload", "kind": "string", "required": True},
        "signatures": {"name": "signatures", "kind": "message", "message": "BundleSignature", "repeated": True},
    },
    "BundleSignature": {
        "keyid": {"name": "keyid", "kind": "string", "required": True},
        "sig": {"name": "sig", "kind": "string", "required": True},
    },
    "Decision": {
        "verdict": {"name": "verdict", "kind": "string", "required": True, "set": "verdict"},
        "allowed": {"name": "allowed", "kind": "bool", "required": True},
        "phase": {"name": "phase", "kind": "string", "required": True, "set": "phase"},
        "agentId": {"name": "agent_id", "kind": "string", "required": True},
        "violations": {"name": "violations", "kind": "message", "message": "Violation", "repeated": True, "required": True},
        "outcomes": {"name": "outcomes", "kind": "message", "message": "PolicyOutcome", "repeated": True, "required": True},
        "transforms": {"name": "transforms", "kind": "message", "message": "Transform", "repeated": True, "required": True},
        "alerts": {"name": "alerts", "kind": "message", "message": "Alert", "repeated": True, "required": True},
        "problems": {"name": "problems", "kind": "message", "message": "RequestProblem", "repeated": True, "required": True},
        "pause": {"name": "pause", "kind": "message", "message": "Pause"},
        "planDigest": {"name": "plan_digest", "kind": "string", "required": True},
        "tierOverrides": {"name": "tier_overrides", "kind": "message", "message": "TierOverride", "repeated": True},
        "explanation": {"name": "explanation", "kind": "message", "message": "Explanation"},
        "requestedPause": {"name": "requested_pause", "kind": "message", "message": "Pause"},
    },
    "TierOverride": {
        "policyId": {"name": "policy_id", "kind": "string", "required": True},
        "policyType": {"name": "policy_type", "kind": "string", "required": True},
        "tier": {"name": "tier", "kind": "string", "required": True, "set": "autonomyLevel"},
        "agentTier": {"name": "agent_tier", "kind": "string", "required": True, "set": "autonomyLevel"},
    },
    "Violation": {
        "policyId": {"name": "policy_id", "kind": "string", "required": True},
        "policyName": {"name": "policy_name", "kind": "string", "required": True},
        "policyType": {"name": "policy_type", "kind": "string", "required": True},
        "severity": {"name": "severity", "kind": "string", "required": True, "set": "severity"},
        "message": {"name": "message", "kind": "string", "required": True},
        "enforcementMode": {"name": "enforcement_mode", "kind": "string", "required": True, "set": "enforcementMode"},
        "reason": {"name": "reason", "kind": "string", "required": True, "set": "reason"},
        "evidence": {"name": "evidence", "kind": "message", "message": "Evidence", "repeated": True, "required": True},
    },
    "Evidence": {
        "path": {"name": "path", "kind": "string", "required": True},
        "start": {"name": "start", "kind": "int", "required": True},
        "end": {"name": "end", "kind": "int", "required": True},
        "category": {"name": "category", "kind": "string", "required": True},
        "score": {"name": "score", "kind": "number"},
        "valueHash": {"name": "value_hash", "kind": "string"},
    },
    "PolicyOutcome": {
        "policyId": {"name": "policy_id", "kind": "string", "required": True},
        "policyType": {"name": "policy_type", "kind": "string", "required": True},
        "status": {"name": "status", "kind": "string", "required": True, "set": "outcomeStatus"},
        "reason": {"name": "reason", "kind": "string", "set": "reason"},
    },
    "Transform": {
        "path": {"name": "path", "kind": "string", "required": True},
        "text": {"name": "text", "kind": "string", "required": True},
    },
    "Alert": {
        "policyId": {"name": "policy_id", "kind": "string", "required": True},
        "reason": {"name": "reason", "kind": "string", "required": True, "set": "reason"},
        "message": {"name": "message", "kind": "string", "required": True},
    },
    "RequestProblem": {
        "path": {"name": "path", "kind": "string", "required": True},
        "reason": {"name": "reason", "kind": "string", "required": True, "set": "reason"},
        "message": {"name": "message", "kind": "string", "required": True},
    },
    "Explanation": {
        "policies": {"name": "policies", "kind": "message", "message": "PolicyExplanation", "repeated": True, "required": True},
        "governance": {"name": "governance", "kind": "message", "message": "Governance", "required": True},
    },
    "PolicyExplanation": {
        "policyId": {"name": "policy_id", "kind": "string", "required": True},
        "policyType": {"name": "policy_type", "kind": "string", "required": True},
        "status": {"name": "status", "kind": "string", "required": True, "set": "consideration"},
        "why": {"name": "why", "kind": "string"},
        "mode": {"name": "mode", "kind": "string", "required": True, "set": "enforcementMode"},
        "modeSource": {"name": "mode_source", "kind": "message", "message": "GovernedSetting"},
        "onError": {"name": "on_error", "kind": "string", "required": True, "set": "onError"},
        "prerequisites": {"name": "prerequisites", "kind": "message", "message": "PrerequisiteExplanation", "repeated": True},
        "conditions": {"name": "conditions", "kind": "message", "message": "ConditionExplanation", "repeated": True},
        "expressions": {"name": "expressions", "kind": "message", "message": "ExpressionExplanation", "repeated": True},
        "counters": {"name": "counters", "kind": "message", "message": "CounterExplanation", "repeated": True},
        "patterns": {"name": "patterns", "kind": "message", "message": "PatternHit", "repeated": True},
    },
    "PrerequisiteExplanation": {
        "policyId": {"name": "policy_id", "kind": "string", "required": True},
        "status": {"name": "status", "kind": "string", "required": True, "set": "consideration"},
        "counts": {"name": "counts", "kind": "bool", "required": True},
    },
    "ConditionExplanation": {
        "id": {"name": "id", "kind": "string", "required": True},
        "holds": {"name": "holds", "kind": "bool", "required": True},
        "reason": {"name": "reason", "kind": "string", "required": True, "set": "reason"},
    },
    "ExpressionExplanation": {
        "path": {"name": "path", "kind": "string", "required": True},
        "result": {"name": "result", "kind": "string", "required": True},
        "decided": {"name": "decided", "kind": "message", "message": "ExpressionPart", "required": True},
        "parts": {"name": "parts", "kind": "message", "message": "ExpressionPart", "repeated": True},
    },
    "ExpressionPart": {
        "source": {"name": "source", "kind": "string", "required": True},
        "start": {"name": "start", "kind": "int", "required": True},
        "end": {"name": "end", "kind": "int", "required": True},
        "line": {"name": "line", "kind": "int", "required": True},
        "column": {"name": "column", "kind": "int", "required": True},
        "value": {"name": "value", "kind": "string", "required": True},
    },
    "CounterExplanation": {
        "key": {"name": "key", "kind": "string", "required": True},
        "value": {"name": "value", "kind": "string", "required": True},
    },
    "PatternHit": {
        "patternId": {"name": "pattern_id", "kind": "string", "required": True},
        "path": {"name": "path", "kind": "string", "required": True},
        "start": {"name": "start", "kind": "int", "required": True},
        "end": {"name": "end", "kind": "int", "required": True},
    },
    "GovernanceSettings": {
        "level": {"name": "level", "kind": "string", "required": True},
        "targetId": {"name": "target_id", "kind": "string"},
        "maxAutonomy": {"name": "max_autonomy", "kind": "string"},
        "minimumModes": {"name": "minimum_modes", "kind": "string", "mapped": True},
        "packs": {"name": "packs", "kind": "string", "repeated": True},
        "artifactGovernance": {"name": "artifact_governance", "kind": "string"},
        "discovery": {"name": "discovery", "kind": "bool", "mapped": True},
    },
    "Governance": {
        "autonomy": {"name": "autonomy", "kind": "string", "set": "autonomyLevel"},
        "minimumModes": {"name": "minimum_modes", "kind": "string", "mapped": True, "required": True},
        "packs": {"name": "packs", "kind": "string", "repeated": True, "required": True},
        "artifactGovernance": {"name": "artifact_governance", "kind": "string", "required": True, "set": "artifactGovernance"},
        "discovery": {"name": "discovery", "kind": "bool", "mapped": True, "required": True},
        "pause": {"name": "pause", "kind": "message", "message": "Pause"},
        "settings": {"name": "settings", "kind": "message", "message": "GovernedSetting", "repeated": True, "required": True},
    },
    "GovernedSetting": {
        "dimension": {"name": "dimension", "kind": "string", "required": True, "set": "governanceDimension"},
        "name": {"name": "name", "kind": "string"},
        "value": {"name": "value", "kind": "string", "required": True},
        "level": {"name": "level", "kind": "string", "required": True},
        "targetId": {"name": "target_id", "kind": "string"},
        "pack": {"name": "pack", "kind": "string"},
    },
    "Policy": {
        "id": {"name": "id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "name": {"name": "name", "kind": "string"},
        "description": {"name": "description", "kind": "string"},
        "policyType": {"name": "policy_type", "kind": "string", "required": True},
        "enforcementMode": {"name": "enforcement_mode", "kind": "string", "set": "enforcementMode", "default": "monitor"},
        "ruleDefinition": {"name": "rule_definition", "kind": "object", "required": True},
        "appliesToAgents": {"name": "applies_to_agents", "kind": "string", "repeated": True},
        "environments": {"name": "environments", "kind": "string", "repeated": True},
        "level": {"name": "level", "kind": "string", "set": "level", "default": "tenant"},
        "isActive": {"name": "is_active", "kind": "bool", "default": True},
        "prerequisites": {"name": "prerequisites", "kind": "string", "repeated": True},
        "chainTrigger": {"name": "chain_trigger", "kind": "string", "set": "chainTrigger", "default": "all_passed"},
        "evaluationOrder": {"name": "evaluation_order", "kind": "int", "default": 100},
        "onError": {"name": "on_error", "kind": "string", "set": "onError"},
        "severity": {"name": "severity", "kind": "string", "set": "severity"},
        "tags": {"name": "tags", "kind": "string", "repeated": True},
        "metadata": {"name": "metadata", "kind": "object"},
        "notify": {"name": "notify", "kind": "message", "message": "NotifyChannel", "repeated": True},
        "labels": {"name": "labels", "kind": "string", "mapped": True},
        "targetId": {"name": "target_id", "kind": "string"},
    },
    "NotifyChannel": {
        "kind": {"name": "kind", "kind": "string", "required": True},
        "target": {"name": "target", "kind": "string", "required": True},
    },
    "EnforceRequest": {
        "agentId": {"name": "agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "phase": {"name": "phase", "kind": "string", "set": "phase", "default": "input"},
        "input": {"name": "input", "kind": "string"},
        "output": {"name": "output", "kind": "string"},
        "tool": {"name": "tool", "kind": "message", "message": "ToolCall"},
        "toolOutputs": {"name": "tool_outputs", "kind": "message", "message": "ToolOutput", "repeated": True},
        "conversationHistory": {"name": "conversation_history", "kind": "message", "message": "Message", "repeated": True},
        "tools": {"name": "tools", "kind": "string", "repeated": True},
        "environment": {"name": "environment", "kind": "string"},
        "metadata": {"name": "metadata", "kind": "object"},
        "estimatedCost": {"name": "estimated_cost", "kind": "number"},
        "estimatedTokens": {"name": "estimated_tokens", "kind": "number"},
        "model": {"name": "model", "kind": "string"},
        "userId": {"name": "user_id", "kind": "string"},
        "sessionId": {"name": "session_id", "kind": "string"},
        "provider": {"name": "provider", "kind": "string"},
        "region": {"name": "region", "kind": "string"},
        "userRoles": {"name": "user_roles", "kind": "string", "repeated": True},
        "userGroups": {"name": "user_groups", "kind": "string", "repeated": True},
        "action": {"name": "action", "kind": "string"},
        "resource": {"name": "resource", "kind": "string"},
        "targetAgentId": {"name": "target_agent_id", "kind": "string"},
        "delegationChain": {"name": "delegation_chain", "kind": "string", "repeated": True},
        "delegatedTools": {"name": "delegated_tools", "kind": "string", "repeated": True},
        "dataSource": {"name": "data_source", "kind": "string"},
        "dataClassification": {"name": "data_classification", "kind": "string", "set": "dataClassification"},
        "recordCount": {"name": "record_count", "kind": "int"},
        "scores": {"name": "scores", "kind": "number", "mapped": True},
        "classifications": {"name": "classifications", "kind": "number", "mapped": True},
        "approvals": {"name": "approvals", "kind": "message", "message": "ApprovalProof", "repeated": True},
        "toolDescriptor": {"name": "tool_descriptor", "kind": "message", "message": "ToolDescriptor"},
        "validatorResults": {"name": "validator_results", "kind": "message", "message": "ValidatorResult", "mapped": True},
        "outputTokens": {"name": "output_tokens", "kind": "number"},
        "workspaceId": {"name": "workspace_id", "kind": "string"},
        "teamId": {"name": "team_id", "kind": "string"},
        "parentSessionId": {"name": "parent_session_id", "kind": "string"},
        "classifierResults": {"name": "classifier_results", "kind": "message", "message": "ClassifierResult", "mapped": True},
    },
    "ApprovalProof": {
        "approvalId": {"name": "approval_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "actionHash": {"name": "action_hash", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "status": {"name": "status", "kind": "string", "required": True, "set": "approvalStatus"},
        "expiresAt": {"name": "expires_at", "kind": "string"},
    },
    "ToolDescriptor": {
        "server": {"name": "server", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "name": {"name": "name", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "hash": {"name": "hash", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "description": {"name": "description", "kind": "string"},
        "annotations": {"name": "annotations", "kind": "object"},
    },
    "ValidatorResult": {
        "decision": {"name": "decision", "kind": "string", "required": True, "set": "validatorDecision"},
        "message": {"name": "message", "kind": "string"},
    },
    "ClassifierResult": {
        "scores": {"name": "scores", "kind": "number", "mapped": True},
        "error": {"name": "error", "kind": "string"},
        "open": {"name": "open", "kind": "bool"},
    },
    "ToolCall": {
        "name": {"name": "name", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "args": {"name": "args", "kind": "object"},
    },
    "ToolOutput": {
        "name": {"name": "name", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "input": {"name": "input", "kind": "any"},
        "output": {"name": "output", "kind": "any", "required": True},
    },
    "Message": {
        "role": {"name": "role", "kind": "string", "required": True},
        "content": {"name": "content", "kind": "string", "required": True},
    },
    "Trace": {
        "traceId": {"name": "trace_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "agentId": {"name": "agent_id", "kind": "string", "required": True, "maxLength": "maxNameChars"},
        "sessionId": {"name": "session_id", "kind": "string"},
        "userId": {"name": "user_id", "kind": "string"},
        "timestamp": {"name": "timestamp", "kind": "string", "required": True},
        "durationMs": {"name": "duration_ms", "kind": "number"},
        "status": {"name": "status", "kind": "string", "set": "traceStatus", "default": "success"},
        "input": {"name": "input", "kind": "string"},
        "output": {"name": "output", "kind": "string"},
        "errorMessage": {"name": "error_message", "kind": "string"},
        "errorType": {"name": "error_type", "kind": "string"},
        "modelName": {"name": "model_name", "kind": "string"},
        "promptTokens": {"name": "prompt_tokens", "kind": "number"},
        "completionTokens": {"name": "completion_tokens", "kind": "number"},
        "totalTokens": {"name": "total_tokens", "kind": "number"},
        "costUsd": {"name": "cost_usd", "kind": "number"},
        "environment": {"name": "environment", "kind": "string"},
        "tags": {"name": "tags", "kind": "string", "repeated": True},
        "metadata": {"name": "metadata", "kind": "object"},
        "parentTraceId": {"name": "parent_trace_id", "kind": "string"},
        "spanType": {"name": "span_type", "kind": "string"},
        "spans": {"name": "spans", "kind": "message", "message": "Span", "repeated": True},
        "decisions": {"name": "decisions", "kind": "message", "message": "DecisionRecord", "repeated": True},
    },
    "Span": {
        "spanId": {"name": "span_id", "kind": "string", "required": True},
        "parentSpanId": {"name": "parent_span_id", "kind": "string"},
        "name": {"name": "name", "kind": "string"},
        "spanType": {"name": "span_type", "kind": "string"},
        "startedAt": {"name": "started_at", "kind": "string"},
        "durationMs": {"name": "duration_ms", "kind": "number"},
        "status": {"name": "status", "kind": "string", "set": "traceStatus"},
        "attributes": {"name": "attributes", "kind": "object"},
    },
    "DecisionRecord": {
        "decisionId": {"name": "decision_id", "kind": "string", "required": True},
        "decidedAt": {"name": "decided_at", "kind": "string", "required": True},
        "durationUs": {"name": "duration_us", "kind": "number"},
        "bundleVersion": {"name": "bundle_version", "kind": "int"},
        "decision": {"name": "decision", "kind": "message", "message": "Decision", "required": True},
        "receipt": {"name": "receipt", "kind": "message", "message": "Receipt"},
    },
    "Receipt": {
        "chain": {"name": "chain", "kind": "string", "required": True},
        "step": {"name": "step", "kind": "int", "required": True},
        "actionHash": {"name": "action_hash", "kind": "string"},
        "previous": {"name": "previous", "kind": "string"},
        "hash": {"name": "hash", "kind": "string", "required": True},
        "spanId": {"name": "span_id", "kind": "string"},
    },
}

CLASSES: Final[dict[str, type[Any]]] = {"Agent": Agent, "AgentGrant": AgentGrant, "Pause": Pause, "Approval": Approval, "ApprovalCertificate": ApprovalCertificate, "AuditEntry": AuditEntry, "Bundle": Bundle, "SignedBundle": SignedBundle, "BundleSignature": BundleSignature, "Decision": Decision, "TierOverride": TierOverride, "Violation": Violation, "Evidence": Evidence, "PolicyOutcome": PolicyOutcome, "Transform": Transform, "Alert": Alert, "RequestProblem": RequestProblem, "Explanation": Explanation, "PolicyExplanation": PolicyExplanation, "PrerequisiteExplanation": PrerequisiteExplanation, "ConditionExplanation": ConditionExplanation, "ExpressionExplanation": ExpressionExplanation, "ExpressionPart": ExpressionPart, "CounterExplanation": CounterExplanation, "PatternHit": PatternHit, "GovernanceSettings": GovernanceSettings, "Governance": Governance, "GovernedSetting": GovernedSetting, "Policy": Policy, "NotifyChannel": NotifyChannel, "EnforceRequest": EnforceRequest, "ApprovalProof": ApprovalProof, "ToolDescriptor": ToolDescriptor, "ValidatorResult": ValidatorResult, "ClassifierResult": ClassifierResult, "ToolCall": ToolCall, "ToolOutput": ToolOutput, "Message": Message, "Trace": Trace, "Span": Span, "DecisionRecord": DecisionRecord, "Receipt": Receipt}
