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
    """"""

    policy_id: str
    policy_type: str
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Transform:
    """"""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """"""

    policy_id: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class RequestProblem:
    """"""

    path: str
    reason: str
    message: str


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


@dataclass(frozen=True, slots=True)
class ToolCall:
    """"""

    name: str
    args: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """"""

    name: str
    output: Any
    input: Any | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """"""

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
    },
}

CLASSES: Final[dict[str, type[Any]]] = {"Agent": Agent, "Pause": Pause, "Approval": Approval, "AuditEntry": AuditEntry, "Bundle": Bundle, "SignedBundle": SignedBundle, "BundleSignature": BundleSignature, "Decision": Decision, "Violation": Violation, "Evidence": Evidence, "PolicyOutcome": PolicyOutcome, "Transform": Transform, "Alert": Alert, "RequestProblem": RequestProblem, "Policy": Policy, "NotifyChannel": NotifyChannel, "EnforceRequest": EnforceRequest, "ToolCall": ToolCall, "ToolOutput": ToolOutput, "Message": Message, "Trace": Trace, "Span": Span, "DecisionRecord": DecisionRecord}
