"""The closed sets that a field of a document or of a rule may name."""

from __future__ import annotations

from ..._gen import tables

CLOSED_SETS: dict[str, tuple[str, ...]] = {
    "agentStatus": tables.AGENT_STATUS_VALUES,
    "approvalStatus": tables.APPROVAL_STATUS_VALUES,
    "autonomyLevel": tables.AUTONOMY_LEVEL_VALUES,
    "chainTrigger": tables.CHAIN_TRIGGER_VALUES,
    "enforcementMode": tables.ENFORCEMENT_MODE_VALUES,
    "level": tables.LEVEL_VALUES,
    "onError": tables.ON_ERROR_VALUES,
    "outcomeStatus": tables.OUTCOME_STATUS_VALUES,
    "phase": tables.PHASE_VALUES,
    "piiStrategy": tables.PII_STRATEGY_VALUES,
    "reason": tables.REASON_VALUES,
    "sensitivity": tables.SENSITIVITY_VALUES,
    "severity": tables.SEVERITY_VALUES,
    "traceStatus": tables.TRACE_STATUS_VALUES,
    "verdict": tables.VERDICT_VALUES,
}

# Other names that are accepted on input, by set.
CLOSED_SET_ALIASES: dict[str, dict[str, str]] = {"enforcementMode": tables.ENFORCEMENT_MODE_ALIASES}


def resolve_name(name_set: str, value: str) -> str | None:
    """The set's own name for a value or one of its aliases; None when it is neither."""
    if value in CLOSED_SETS.get(name_set, ()):
        return value
    return CLOSED_SET_ALIASES.get(name_set, {}).get(value)
