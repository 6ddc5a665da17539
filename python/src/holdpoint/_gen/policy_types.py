# Code generated from spec/. Do not edit.
"""The catalogue of policy types, conditions lowered to Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(slots=True)
class Scope:
    """What the conditions of one policy read."""

    rule: dict[str, Any]
    cost: int
    usage: dict[str, int]
    share: dict[str, float]
    found: Any = None
    verdict: Any = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to violate a policy."""

    id: str
    effect: str
    reason: str
    mode: str | None
    # The state until whose window's end a violation that blocks also pauses the agent.
    pause: str | None
    when: Callable[[Scope], bool]
    message: Callable[[Scope], str]
    severity: list[str] | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class PolicyType:
    """One type of the catalogue."""

    number: int
    type: str
    title: str
    aliases: list[str]
    phases: list[str]
    severity: str
    tier: str
    reads: list[str]
    at_least_one: list[str]
    fields: dict[str, dict[str, Any]]
    state: list[dict[str, Any]]
    uses: list[list[str]]
    conditions: list[Condition]


def format_money(micros: int) -> str:
    """Micro-dollars as a decimal amount: at least two digits after the point, at most six."""
    sign = "-" if micros < 0 else ""
    whole, rest = divmod(abs(micros), 1_000_000)
    digits = f"{rest:06d}"
    return f"{sign}{whole}.{digits[:2]}{digits[2:].rstrip('0')} USD"


def _injection_scan_score_when(c: Scope) -> bool:
    return bool(c.found["score"] >= c.found["threshold"])


def _injection_scan_score_message(c: Scope) -> str:
    return "prompt injection suspected in " + str(c.found["path"]) + ": score " + str(c.found["score"]) + " of 100 (" + str(c.found["signals"]) + ")"


def _pii_access_found_when(c: Scope) -> bool:
    return bool(c.found["count"] > 0)


def _pii_access_found_message(c: Scope) -> str:
    return "personal data found: " + str(c.found["categories"])


def _cost_limit_per_execution_when(c: Scope) -> bool:
    return bool("max_cost_per_execution" in c.rule and (c.cost > c.rule["max_cost_per_execution"]))


def _cost_limit_per_execution_message(c: Scope) -> str:
    return "estimated cost " + format_money(c.cost) + " is over the cap of " + format_money(c.rule["max_cost_per_execution"]) + " for one execution"


def _cost_limit_daily_when(c: Scope) -> bool:
    return bool("daily_budget" in c.rule and ((c.usage["spent_today"] + c.cost) > c.rule["daily_budget"]))


def _cost_limit_daily_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent_today"]) + " today, " + format_money(c.cost) + " more is over the budget of " + format_money(c.rule["daily_budget"])


def _budget_cap_cap_when(c: Scope) -> bool:
    return bool((c.usage["spent_month"] + c.cost) > c.rule["monthly_cap_usd"])


def _budget_cap_cap_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent_month"]) + " this month, " + format_money(c.cost) + " more is over the cap of " + format_money(c.rule["monthly_cap_usd"])


def _budget_cap_warning_when(c: Scope) -> bool:
    return bool(((c.usage["spent_month"] + c.cost) <= c.rule["monthly_cap_usd"]) and ((c.usage["spent_month"] + c.cost) >= ((c.rule["monthly_cap_usd"] * c.rule["warning_threshold_pct"]) / 100)))


def _budget_cap_warning_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent_month"]) + " with " + format_money(c.cost) + " to come, of a cap of " + format_money(c.rule["monthly_cap_usd"])


def _tool_invocation_deny_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "deny")


def _tool_invocation_deny_message(c: Scope) -> str:
    return "tool `" + str(c.verdict["tool"]) + "` is denied"


def _tool_invocation_not_allowed_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "not_allowed")


def _tool_invocation_not_allowed_message(c: Scope) -> str:
    return "tool `" + str(c.verdict["tool"]) + "` is not on the allow list"


def _tool_invocation_arguments_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "arguments")


def _tool_invocation_arguments_message(c: Scope) -> str:
    return "the arguments of tool `" + str(c.verdict["tool"]) + "` break the constraint `" + str(c.verdict["rule"]) + "`"


def _tool_invocation_approval_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "require_approval")


def _tool_invocation_approval_message(c: Scope) -> str:
    return "tool `" + str(c.verdict["tool"]) + "` needs approval"


def _expression_true_when(c: Scope) -> bool:
    return bool(c.found["value"])


def _expression_true_message(c: Scope) -> str:
    return str(c.found["message"])


POLICY_TYPES: Final[dict[str, PolicyType]] = {
    "injection_scan": PolicyType(
        number=1,
        type="injection_scan",
        title="Prompt injection scan",
        aliases=["prompt_injection"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="high",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"patterns": {"type": "patternList", "default": []}, "languages": {"type": "stringList", "default": []}, "structural": {"type": "bool", "default": True}, "scan_input": {"type": "bool", "default": True}, "scan_output": {"type": "bool", "default": False}, "scan_history": {"type": "bool", "default": True}, "scan_tool_results": {"type": "bool", "default": True}, "min_severity": {"type": "enum", "set": "severity", "default": "medium"}, "sensitivity": {"type": "enum", "set": "sensitivity", "default": "medium"}},
        state=[],
        uses=[["found", "injection_findings"]],
        conditions=[
            Condition(id="score", effect="violation", reason="PROMPT_INJECTION", mode=None, pause=None, when=_injection_scan_score_when, message=_injection_scan_score_message, severity=["found", "severity"], evidence="found"),
        ],
    ),
    "pii_access": PolicyType(
        number=2,
        type="pii_access",
        title="Personal data",
        aliases=["pii_detection"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="medium",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"denied_pii_types": {"type": "categoryList", "set": "pii", "default": []}, "allowed_pii_types": {"type": "categoryList", "set": "pii", "default": []}, "strategy": {"type": "enum", "set": "piiStrategy", "default": "redact"}, "mask_input": {"type": "bool", "default": False}, "mask_output": {"type": "bool", "default": False}, "log_access": {"type": "bool", "default": True}, "min_confidence": {"type": "number", "min": 0, "max": 1, "default": 0.5}},
        state=[],
        uses=[["found", "pii_findings"]],
        conditions=[
            Condition(id="found", effect="violation", reason="PII_FOUND", mode=None, pause=None, when=_pii_access_found_when, message=_pii_access_found_message, severity=None, evidence="found"),
        ],
    ),
    "cost_limit": PolicyType(
        number=6,
        type="cost_limit",
        title="Cost limit",
        aliases=[],
        phases=["input", "tool_call"],
        severity="high",
        tier="autonomous",
        reads=["cost"],
        at_least_one=["max_cost_per_execution", "daily_budget"],
        fields={"max_cost_per_execution": {"type": "money"}, "daily_budget": {"type": "money"}, "currency": {"type": "enum", "values": ["USD"], "default": "USD"}},
        state=[{"name": "spent_today", "metric": "cost", "scope": "agent", "window": "1d"}],
        uses=[],
        conditions=[
            Condition(id="per_execution", effect="violation", reason="COST_PER_EXECUTION", mode=None, pause=None, when=_cost_limit_per_execution_when, message=_cost_limit_per_execution_message, severity=None, evidence=None),
            Condition(id="daily", effect="violation", reason="DAILY_BUDGET", mode=None, pause=None, when=_cost_limit_daily_when, message=_cost_limit_daily_message, severity=None, evidence=None),
        ],
    ),
    "budget_cap": PolicyType(
        number=7,
        type="budget_cap",
        title="Monthly budget",
        aliases=[],
        phases=["input", "tool_call"],
        severity="high",
        tier="autonomous",
        reads=["cost"],
        at_least_one=[],
        fields={"monthly_cap_usd": {"type": "money", "required": True}, "warning_threshold_pct": {"type": "number", "min": 0, "max": 100, "default": 80}, "reset_day": {"type": "int", "min": 1, "max": 31, "default": 1}, "timezone": {"type": "timezone", "default": "UTC"}},
        state=[{"name": "spent_month", "metric": "cost", "scope": "policy_agents", "window": "1mo", "resetDay": "reset_day", "timezone": "timezone"}],
        uses=[],
        conditions=[
            Condition(id="cap", effect="violation", reason="MONTHLY_BUDGET", mode=None, pause=None, when=_budget_cap_cap_when, message=_budget_cap_cap_message, severity=None, evidence=None),
            Condition(id="warning", effect="alert", reason="BUDGET_WARNING", mode=None, pause=None, when=_budget_cap_warning_when, message=_budget_cap_warning_message, severity=None, evidence=None),
        ],
    ),
    "tool_invocation": PolicyType(
        number=11,
        type="tool_invocation",
        title="Tool rules",
        aliases=["tool_allowlist", "tool_call"],
        phases=["tool_call"],
        severity="high",
        tier="autonomous",
        reads=["tool"],
        at_least_one=[],
        fields={"allow": {"type": "globList"}, "deny": {"type": "globList", "default": []}, "require_approval": {"type": "globList", "default": []}, "default": {"type": "enum", "values": ["allow", "deny"]}, "rules": {"type": "objectList", "default": [], "fields": {"tool": {"type": "glob", "required": True}, "agents": {"type": "stringList", "default": []}, "when": {"type": "cel", "env": "toolRuleVariables", "required": True}}}},
        state=[],
        uses=[["verdict", "tool_verdict"]],
        conditions=[
            Condition(id="deny", effect="violation", reason="TOOL_DENIED", mode=None, pause=None, when=_tool_invocation_deny_when, message=_tool_invocation_deny_message, severity=None, evidence=None),
            Condition(id="not_allowed", effect="violation", reason="TOOL_NOT_ALLOWED", mode=None, pause=None, when=_tool_invocation_not_allowed_when, message=_tool_invocation_not_allowed_message, severity=None, evidence=None),
            Condition(id="arguments", effect="violation", reason="TOOL_ARGUMENTS", mode=None, pause=None, when=_tool_invocation_arguments_when, message=_tool_invocation_arguments_message, severity=None, evidence=None),
            Condition(id="approval", effect="violation", reason="TOOL_NEEDS_APPROVAL", mode="require_approval", pause=None, when=_tool_invocation_approval_when, message=_tool_invocation_approval_message, severity=None, evidence=None),
        ],
    ),
    "expression": PolicyType(
        number=28,
        type="expression",
        title="Expression",
        aliases=["cel"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="medium",
        tier="observe",
        reads=["expression"],
        at_least_one=[],
        fields={"expression": {"type": "cel", "env": "variables", "required": True}, "message": {"type": "string", "default": ""}, "reason": {"type": "string", "default": ""}},
        state=[],
        uses=[["found", "expression_result"]],
        conditions=[
            Condition(id="true", effect="violation", reason="EXPRESSION_TRUE", mode=None, pause=None, when=_expression_true_when, message=_expression_true_message, severity=None, evidence="found"),
        ],
    ),
}
