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
    evaluation: Any
    # What lowered conditions call.
    fn: Any
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

    type: str
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
    return "prompt injection suspected in " + str(c.found["path"]) + ": score " + str(c.fn.show(c.found["score"])) + " of 100 (" + str(c.found["signals"]) + ")"


def _injection_scan_skipped_when(c: Scope) -> bool:
    return bool(c.found["skipped"] != "")


def _injection_scan_skipped_message(c: Scope) -> str:
    return "decided without a classifier: " + str(c.found["skipped"])


def _pii_access_forged_when(c: Scope) -> bool:
    return bool(c.found["forged"] > 0)


def _pii_access_forged_message(c: Scope) -> str:
    return "a text already holds the opener of a token that this request did not write"


def _pii_access_found_when(c: Scope) -> bool:
    return bool(c.found["count"] > 0)


def _pii_access_found_message(c: Scope) -> str:
    return "personal data found: " + str(c.found["categories"])


def _secret_leak_found_when(c: Scope) -> bool:
    return bool(c.found["count"] > 0)


def _secret_leak_found_message(c: Scope) -> str:
    return "credentials found: " + str(c.found["kinds"])


def _content_moderation_score_when(c: Scope) -> bool:
    return bool(c.found["count"] > 0)


def _content_moderation_score_message(c: Scope) -> str:
    return "harmful content suspected: " + str(c.found["categories"])


def _content_moderation_skipped_when(c: Scope) -> bool:
    return bool(c.found["skipped"] != "")


def _content_moderation_skipped_message(c: Scope) -> str:
    return "decided without a classifier: " + str(c.found["skipped"])


def _keyword_filter_denied_when(c: Scope) -> bool:
    return bool(c.found["denied"] != "")


def _keyword_filter_denied_message(c: Scope) -> str:
    return "denied term `" + str(c.found["denied"]) + "` in " + str(c.found["path"])


def _keyword_filter_missing_when(c: Scope) -> bool:
    return bool(c.found["missing"] != "")


def _keyword_filter_missing_message(c: Scope) -> str:
    return "required term `" + str(c.found["missing"]) + "` is missing"


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


def _cost_budget_warn_when(c: Scope) -> bool:
    return bool(((c.usage["spent"] + c.cost) > c.rule["cap_usd"]) and (c.rule["action"] == "warn"))


def _cost_budget_warn_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent"]) + " in this window, " + format_money(c.cost) + " more is over the cap of " + format_money(c.rule["cap_usd"])


def _cost_budget_block_when(c: Scope) -> bool:
    return bool(((c.usage["spent"] + c.cost) > c.rule["cap_usd"]) and (c.rule["action"] == "block"))


def _cost_budget_block_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent"]) + " in this window, " + format_money(c.cost) + " more is over the cap of " + format_money(c.rule["cap_usd"])


def _cost_budget_pause_when(c: Scope) -> bool:
    return bool(((c.usage["spent"] + c.cost) > c.rule["cap_usd"]) and (c.rule["action"] == "pause_agent"))


def _cost_budget_pause_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent"]) + " in this window, " + format_money(c.cost) + " more is over the cap of " + format_money(c.rule["cap_usd"])


def _cost_budget_warning_when(c: Scope) -> bool:
    return bool(((c.usage["spent"] + c.cost) <= c.rule["cap_usd"]) and ((c.usage["spent"] + c.cost) >= ((c.rule["cap_usd"] * c.rule["warning_threshold_pct"]) / 100)))


def _cost_budget_warning_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent"]) + " with " + format_money(c.cost) + " to come, of a cap of " + format_money(c.rule["cap_usd"])


def _cost_budget_burn_rate_when(c: Scope) -> bool:
    return bool(((c.rule["burn_rate_alert"] and ((c.usage["spent"] + c.cost) <= c.rule["cap_usd"])) and (c.share["spent"] >= 0.05)) and (((c.usage["spent"] + c.cost) >= (c.rule["cap_usd"] * 0.2)) and ((c.usage["spent"] + c.cost) > (c.rule["cap_usd"] * c.share["spent"]))))


def _cost_budget_burn_rate_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent"]) + " with " + format_money(c.cost) + " to come: at this pace the cap of " + format_money(c.rule["cap_usd"]) + " is reached before the window is over"


def _token_limit_input_when(c: Scope) -> bool:
    return bool("max_input_tokens" in c.rule and (c.found["input"] > c.rule["max_input_tokens"]))


def _token_limit_input_message(c: Scope) -> str:
    return str(c.fn.show(c.found["input"])) + " tokens for the model, at most " + str(c.fn.show(c.rule["max_input_tokens"])) + " are allowed"


def _token_limit_output_when(c: Scope) -> bool:
    return bool("max_output_tokens" in c.rule and (c.found["output"] > c.rule["max_output_tokens"]))


def _token_limit_output_message(c: Scope) -> str:
    return str(c.fn.show(c.found["output"])) + " tokens from the model, at most " + str(c.fn.show(c.rule["max_output_tokens"])) + " are allowed"


def _token_limit_window_when(c: Scope) -> bool:
    return bool("max_tokens_per_window" in c.rule and (c.fn.finite(c.usage["tokens"] + c.found["total"]) > c.rule["max_tokens_per_window"]))


def _token_limit_window_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["tokens"])) + " tokens in this window, " + str(c.fn.show(c.found["total"])) + " more are over the limit of " + str(c.fn.show(c.rule["max_tokens_per_window"]))


def _rate_limit_window_when(c: Scope) -> bool:
    return bool((c.usage["calls"] + 1) > c.rule["max_calls"])


def _rate_limit_window_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["calls"])) + " calls in this window, at most " + str(c.fn.show(c.rule["max_calls"])) + " are allowed"


def _rate_limit_burst_when(c: Scope) -> bool:
    return bool("burst" in c.rule and ((c.usage["pending"] + 1) > c.rule["burst"]))


def _rate_limit_burst_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["pending"])) + " calls close together, at most " + str(c.fn.show(c.rule["burst"])) + " are allowed"


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


def _tool_invocation_schema_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "schema")


def _tool_invocation_schema_message(c: Scope) -> str:
    return "the arguments of tool `" + str(c.verdict["tool"]) + "` break the schema: " + str(c.verdict["rule"])


def _tool_invocation_approval_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "require_approval")


def _tool_invocation_approval_message(c: Scope) -> str:
    return "tool `" + str(c.verdict["tool"]) + "` needs approval"


def _action_approval_missing_when(c: Scope) -> bool:
    return bool(c.found["needed"])


def _action_approval_missing_message(c: Scope) -> str:
    return "action `" + str(c.found["action"]) + "` of " + str(c.found["tier"]) + " risk (score " + str(c.fn.show(c.found["score"])) + ") needs approval: " + str(c.found["why"])


def _access_control_denied_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "denied")


def _access_control_denied_message(c: Scope) -> str:
    return str(c.verdict["who"]) + " may not do `" + str(c.verdict["action"]) + "` to `" + str(c.verdict["resource"]) + "`"


def _access_control_not_allowed_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "not_allowed")


def _access_control_not_allowed_message(c: Scope) -> str:
    return "nothing allows " + str(c.verdict["who"]) + " to do `" + str(c.verdict["action"]) + "` to `" + str(c.verdict["resource"]) + "`"


def _data_access_denied_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "denied")


def _data_access_denied_message(c: Scope) -> str:
    return "data source `" + str(c.verdict["source"]) + "` is denied"


def _data_access_not_allowed_when(c: Scope) -> bool:
    return bool(c.verdict["decision"] == "not_allowed")


def _data_access_not_allowed_message(c: Scope) -> str:
    return "data source `" + str(c.verdict["source"]) + "` is not on the allow list"


def _data_access_classification_when(c: Scope) -> bool:
    return bool(c.verdict["too_sensitive"])


def _data_access_classification_message(c: Scope) -> str:
    return "data is classified `" + str(c.verdict["classification"]) + "`, over `" + str(c.verdict["most"]) + "`"


def _tool_output_scan_found_when(c: Scope) -> bool:
    return bool(c.found["count"] > 0)


def _tool_output_scan_found_message(c: Scope) -> str:
    return "a tool's output holds " + str(c.found["what"])


def _tool_integrity_drift_when(c: Scope) -> bool:
    return bool(c.found["state"] == "drift")


def _tool_integrity_drift_message(c: Scope) -> str:
    return "tool `" + str(c.found["tool"]) + "` of `" + str(c.found["server"]) + "` is not as it was when it was looked at"


def _tool_integrity_new_denied_when(c: Scope) -> bool:
    return bool((c.found["state"] == "new") and (c.rule["on_new"] == "deny"))


def _tool_integrity_new_denied_message(c: Scope) -> str:
    return "tool `" + str(c.found["tool"]) + "` of `" + str(c.found["server"]) + "` is new"


def _tool_integrity_new_waits_when(c: Scope) -> bool:
    return bool((c.found["state"] == "new") and (c.rule["on_new"] == "approve"))


def _tool_integrity_new_waits_message(c: Scope) -> str:
    return "tool `" + str(c.found["tool"]) + "` of `" + str(c.found["server"]) + "` is new and needs approval"


def _tool_integrity_instructions_when(c: Scope) -> bool:
    return bool(c.found["score"] >= 50)


def _tool_integrity_instructions_message(c: Scope) -> str:
    return "the descriptor of tool `" + str(c.found["tool"]) + "` carries instructions: score " + str(c.fn.show(c.found["score"])) + " of 100"


def _external_call_limit_unreadable_when(c: Scope) -> bool:
    return bool(c.found["unreadable"] != "")


def _external_call_limit_unreadable_message(c: Scope) -> str:
    return "the address in " + str(c.found["unreadable"]) + " can be read in more than one way"


def _external_call_limit_denied_when(c: Scope) -> bool:
    return bool(c.found["denied"] != "")


def _external_call_limit_denied_message(c: Scope) -> str:
    return "host `" + str(c.found["denied"]) + "` is denied"


def _external_call_limit_private_when(c: Scope) -> bool:
    return bool((c.found["private"] != "") and (not c.rule["allow_private_networks"]))


def _external_call_limit_private_message(c: Scope) -> str:
    return "host `" + str(c.found["private"]) + "` is in a private network"


def _external_call_limit_unlisted_when(c: Scope) -> bool:
    return bool(c.found["unlisted"] != "")


def _external_call_limit_unlisted_message(c: Scope) -> str:
    return "host `" + str(c.found["unlisted"]) + "` is not on the allow list"


def _external_call_limit_calls_when(c: Scope) -> bool:
    return bool(("max_calls" in c.rule and (c.found["count"] > 0)) and ((c.usage["calls"] + 1) > c.rule["max_calls"]))


def _external_call_limit_calls_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["calls"])) + " calls to other hosts in this window, at most " + str(c.fn.show(c.rule["max_calls"])) + " are allowed"


def _record_count_limit_call_when(c: Scope) -> bool:
    return bool("max_records_per_call" in c.rule and (c.found["count"] > c.rule["max_records_per_call"]))


def _record_count_limit_call_message(c: Scope) -> str:
    return str(c.fn.show(c.found["count"])) + " records in one call, at most " + str(c.fn.show(c.rule["max_records_per_call"])) + " are allowed"


def _record_count_limit_session_when(c: Scope) -> bool:
    return bool("max_records_per_session" in c.rule and (c.fn.finite(c.usage["records"] + c.found["count"]) > c.rule["max_records_per_session"]))


def _record_count_limit_session_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["records"])) + " records in this session, " + str(c.fn.show(c.found["count"])) + " more are over the limit of " + str(c.fn.show(c.rule["max_records_per_session"]))


def _quality_threshold_metric_when(c: Scope) -> bool:
    return bool(c.found["metric"] != "")


def _quality_threshold_metric_message(c: Scope) -> str:
    return "`" + str(c.found["metric"]) + "` is " + str(c.fn.show(c.found["value"])) + ", at least " + str(c.fn.show(c.found["least"])) + " is wanted"


def _quality_threshold_empty_when(c: Scope) -> bool:
    return bool(c.found["empty"])


def _quality_threshold_empty_message(c: Scope) -> str:
    return "the answer is empty"


def _quality_threshold_refusal_when(c: Scope) -> bool:
    return bool(c.found["refusal"])


def _quality_threshold_refusal_message(c: Scope) -> str:
    return "the answer is a refusal"


def _quality_threshold_repetition_when(c: Scope) -> bool:
    return bool(c.found["repetition"] > c.rule["max_repetition"])


def _quality_threshold_repetition_message(c: Scope) -> str:
    return "the answer repeats itself: " + str(c.fn.show(c.found["repeated_pct"])) + " of 100 parts"


def _quality_threshold_language_when(c: Scope) -> bool:
    return bool(c.found["foreign"])


def _quality_threshold_language_message(c: Scope) -> str:
    return "the answer is not written in " + str(c.fn.show(c.rule["languages"]))


def _output_classifier_label_when(c: Scope) -> bool:
    return bool(c.found["label"] != "")


def _output_classifier_label_message(c: Scope) -> str:
    return "`" + str(c.found["label"]) + "` has probability " + str(c.fn.show(c.found["value"])) + ", at most " + str(c.fn.show(c.found["most"])) + " is allowed"


def _output_classifier_skipped_when(c: Scope) -> bool:
    return bool(c.found["skipped"] != "")


def _output_classifier_skipped_message(c: Scope) -> str:
    return "decided without a classifier: " + str(c.found["skipped"])


def _output_schema_not_json_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "not_json")


def _output_schema_not_json_message(c: Scope) -> str:
    return "the answer is not JSON"


def _output_schema_schema_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "schema")


def _output_schema_schema_message(c: Scope) -> str:
    return str(c.found["path"]) + " breaks `" + str(c.found["keyword"]) + "` of the schema"


def _time_window_freeze_when(c: Scope) -> bool:
    return bool(c.found["frozen"])


def _time_window_freeze_message(c: Scope) -> str:
    return str(c.found["local"]) + " is inside a freeze"


def _time_window_outside_when(c: Scope) -> bool:
    return bool(c.found["outside"])


def _time_window_outside_message(c: Scope) -> str:
    return str(c.found["local"]) + " is outside the allowed hours"


def _model_allowlist_denied_when(c: Scope) -> bool:
    return bool(c.fn.any_of(c.rule["deny"], lambda g: c.fn.either_of(lambda: c.fn.glob_match(c.fn.lower_ascii(g), c.fn.lower_ascii(c.evaluation.view.model)), lambda: c.fn.glob_match(c.fn.lower_ascii(g), c.fn.lower_ascii((c.fn.look_up(c.rule["aliases"], c.evaluation.view.model) if c.fn.has_key(c.rule["aliases"], c.evaluation.view.model) else c.evaluation.view.model))))))


def _model_allowlist_denied_message(c: Scope) -> str:
    return "model `" + str(c.evaluation.view.model) + "` is denied"


def _model_allowlist_not_allowed_when(c: Scope) -> bool:
    return bool("allow" in c.rule and (not c.fn.any_of(c.rule["allow"], lambda g: ((c.evaluation.view.model != "") and c.fn.glob_match(c.fn.lower_ascii(g), c.fn.lower_ascii((c.fn.look_up(c.rule["aliases"], c.evaluation.view.model) if c.fn.has_key(c.rule["aliases"], c.evaluation.view.model) else c.evaluation.view.model)))))))


def _model_allowlist_not_allowed_message(c: Scope) -> str:
    return "model `" + str(c.evaluation.view.model) + "` is not on the allow list"


def _model_allowlist_provider_when(c: Scope) -> bool:
    return bool("providers" in c.rule and (not c.fn.any_of(c.rule["providers"], lambda g: ((c.evaluation.view.extras.provider != "") and c.fn.glob_match(c.fn.lower_ascii(g), c.fn.lower_ascii(c.evaluation.view.extras.provider))))))


def _model_allowlist_provider_message(c: Scope) -> str:
    return "provider `" + str(c.evaluation.view.extras.provider) + "` is not allowed"


def _model_allowlist_region_when(c: Scope) -> bool:
    return bool("regions" in c.rule and (not c.fn.any_of(c.rule["regions"], lambda g: ((c.evaluation.view.extras.region != "") and c.fn.glob_match(c.fn.lower_ascii(g), c.fn.lower_ascii(c.evaluation.view.extras.region))))))


def _model_allowlist_region_message(c: Scope) -> str:
    return "region `" + str(c.evaluation.view.extras.region) + "` is not allowed"


def _session_limits_tool_calls_when(c: Scope) -> bool:
    return bool(c.fn.finite(c.usage["tool_calls"] + c.found["tool_calls"]) > c.rule["max_tool_calls"])


def _session_limits_tool_calls_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["tool_calls"])) + " tool calls in this session, at most " + str(c.fn.show(c.rule["max_tool_calls"])) + " are allowed"


def _session_limits_cost_when(c: Scope) -> bool:
    return bool((c.usage["spent"] + c.cost) > c.rule["max_cost_usd"])


def _session_limits_cost_message(c: Scope) -> str:
    return "spent " + format_money(c.usage["spent"]) + " in this session, " + format_money(c.cost) + " more is over the cap of " + format_money(c.rule["max_cost_usd"])


def _session_limits_turns_when(c: Scope) -> bool:
    return bool("max_turns" in c.rule and (c.fn.finite(c.usage["turns"] + c.found["turns"]) > c.rule["max_turns"]))


def _session_limits_turns_message(c: Scope) -> str:
    return str(c.fn.show(c.usage["turns"])) + " turns in this session, at most " + str(c.fn.show(c.rule["max_turns"])) + " are allowed"


def _session_limits_duration_when(c: Scope) -> bool:
    return bool("max_duration_s" in c.rule and (c.found["duration_s"] > c.rule["max_duration_s"]))


def _session_limits_duration_message(c: Scope) -> str:
    return "the session lasts " + str(c.fn.show(c.found["duration_s"])) + " seconds, at most " + str(c.fn.show(c.rule["max_duration_s"])) + " are allowed"


def _session_limits_loop_when(c: Scope) -> bool:
    return bool(c.found["looping"])


def _session_limits_loop_message(c: Scope) -> str:
    return "tool `" + str(c.found["tool"]) + "` is called for the " + str(c.fn.show(c.found["repeats"])) + ". time with like arguments and unchanged results"


def _agent_delegation_depth_when(c: Scope) -> bool:
    return bool(c.verdict["depth"] > c.rule["max_depth"])


def _agent_delegation_depth_message(c: Scope) -> str:
    return "the task has passed through " + str(c.fn.show(c.verdict["depth"])) + " agents, at most " + str(c.fn.show(c.rule["max_depth"])) + " are allowed"


def _agent_delegation_action_when(c: Scope) -> bool:
    return bool(not (c.verdict["action"] in c.rule["allowed_actions"]))


def _agent_delegation_action_message(c: Scope) -> str:
    return "`" + str(c.verdict["action"]) + "` may not be asked of another agent"


def _agent_delegation_grant_when(c: Scope) -> bool:
    return bool(not c.verdict["granted"])


def _agent_delegation_grant_message(c: Scope) -> str:
    return "no grant lets this agent ask `" + str(c.verdict["action"]) + "` of agent `" + str(c.verdict["target"]) + "`"


def _agent_delegation_tools_when(c: Scope) -> bool:
    return bool(c.verdict["tool"] != "")


def _agent_delegation_tools_message(c: Scope) -> str:
    return "agent `" + str(c.verdict["target"]) + "` would get tool `" + str(c.verdict["tool"]) + "`, which this agent does not have"


def _semantic_check_score_when(c: Scope) -> bool:
    return bool(c.found["score"] > c.rule["threshold"])


def _semantic_check_score_message(c: Scope) -> str:
    return "score " + str(c.fn.show(c.found["score"])) + " in " + str(c.found["path"]) + " is over " + str(c.fn.show(c.rule["threshold"]))


def _semantic_check_skipped_when(c: Scope) -> bool:
    return bool(c.found["skipped"] != "")


def _semantic_check_skipped_message(c: Scope) -> str:
    return "decided without a classifier: " + str(c.found["skipped"])


def _custom_validator_denied_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "deny")


def _custom_validator_denied_message(c: Scope) -> str:
    return "the validator denied this step" + str(c.found["because"])


def _custom_validator_waits_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "require_approval")


def _custom_validator_waits_message(c: Scope) -> str:
    return "the validator wants an approval" + str(c.found["because"])


def _custom_validator_open_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "open")


def _custom_validator_open_message(c: Scope) -> str:
    return "the validator gave no answer, and the policy is open without one"


def _expression_true_when(c: Scope) -> bool:
    return bool(c.found["value"])


def _expression_true_message(c: Scope) -> str:
    return str(c.found["message"])


def _sequence_forbidden_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "forbidden")


def _sequence_forbidden_message(c: Scope) -> str:
    return str(c.found["message"])


def _sequence_missing_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "missing")


def _sequence_missing_message(c: Scope) -> str:
    return str(c.found["message"])


def _information_flow_sink_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "forbidden")


def _information_flow_sink_message(c: Scope) -> str:
    return str(c.found["sink"]) + " must not get what this session has seen: " + str(c.found["labels"])


def _information_flow_trifecta_when(c: Scope) -> bool:
    return bool(c.found["decision"] == "trifecta")


def _information_flow_trifecta_message(c: Scope) -> str:
    return "the session has seen untrusted content and private data, and " + str(c.found["sink"]) + " leads outside"


POLICY_TYPES: Final[dict[str, PolicyType]] = {
    "injection_scan": PolicyType(
        type="injection_scan",
        aliases=["prompt_injection"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="high",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"patterns": {"type": "patternList", "default": []}, "languages": {"type": "stringList", "default": []}, "structural": {"type": "bool", "default": True}, "learned": {"type": "bool", "default": True}, "scan_input": {"type": "bool", "default": True}, "scan_output": {"type": "bool", "default": False}, "scan_history": {"type": "bool", "default": True}, "scan_tool_results": {"type": "bool", "default": True}, "min_severity": {"type": "enum", "set": "severity", "default": "medium"}, "sensitivity": {"type": "enum", "set": "sensitivity", "default": "medium"}, "classifier": {"type": "string", "default": ""}, "classifier_label": {"type": "string", "default": ""}},
        state=[],
        uses=[["found", "injection_findings"]],
        conditions=[
            Condition(id="score", effect="violation", reason="PROMPT_INJECTION", mode=None, pause=None, when=_injection_scan_score_when, message=_injection_scan_score_message, severity=["found", "severity"], evidence="found"),
            Condition(id="skipped", effect="alert", reason="CLASSIFIER_SKIPPED", mode=None, pause=None, when=_injection_scan_skipped_when, message=_injection_scan_skipped_message, severity=None, evidence=None),
        ],
    ),
    "pii_access": PolicyType(
        type="pii_access",
        aliases=["pii_detection"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="medium",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"denied_pii_types": {"type": "categoryList", "set": "pii", "default": []}, "allowed_pii_types": {"type": "categoryList", "set": "pii", "default": []}, "strategy": {"type": "enum", "set": "piiStrategy", "default": "redact"}, "mask_input": {"type": "bool", "default": False}, "mask_output": {"type": "bool", "default": False}, "log_access": {"type": "bool", "default": True}, "min_confidence": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "recognizers": {"type": "objectList", "default": [], "fields": {"name": {"type": "string", "required": True}, "pattern": {"type": "string", "required": True}, "context": {"type": "stringList", "default": []}, "confidence": {"type": "number", "min": 0, "max": 1, "default": 0.6}, "context_confidence": {"type": "number", "min": 0, "max": 1, "default": 0.9}, "checksum": {"type": "string", "default": ""}}}},
        state=[],
        uses=[["found", "pii_findings"]],
        conditions=[
            Condition(id="forged", effect="violation", reason="TOKEN_FORGED", mode=None, pause=None, when=_pii_access_forged_when, message=_pii_access_forged_message, severity=None, evidence=None),
            Condition(id="found", effect="violation", reason="PII_FOUND", mode=None, pause=None, when=_pii_access_found_when, message=_pii_access_found_message, severity=None, evidence="found"),
        ],
    ),
    "secret_leak": PolicyType(
        type="secret_leak",
        aliases=["secret_detection", "credential_leak"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="critical",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"kinds": {"type": "categoryList", "set": "secret", "default": []}, "scan_input": {"type": "bool", "default": True}, "scan_output": {"type": "bool", "default": True}, "min_entropy": {"type": "number", "min": 0, "max": 8, "default": 3.5}, "mask_input": {"type": "bool", "default": False}, "mask_output": {"type": "bool", "default": False}},
        state=[],
        uses=[["found", "secret_findings"]],
        conditions=[
            Condition(id="found", effect="violation", reason="SECRET_FOUND", mode=None, pause=None, when=_secret_leak_found_when, message=_secret_leak_found_message, severity=["found", "severity"], evidence="found"),
        ],
    ),
    "content_moderation": PolicyType(
        type="content_moderation",
        aliases=["moderation", "toxicity"],
        phases=["input", "output"],
        severity="high",
        tier="advise",
        reads=["texts", "classifications"],
        at_least_one=[],
        fields={"categories": {"type": "object", "default": {}, "fields": {"hate": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "harassment": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "sexual": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "sexual_minors": {"type": "number", "min": 0, "max": 1, "default": 0.3}, "violence": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "self_harm": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "illicit": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "weapons": {"type": "number", "min": 0, "max": 1, "default": 0.5}}}, "learned": {"type": "bool", "default": True}, "use_classifications": {"type": "bool", "default": True}, "classifier": {"type": "string", "default": ""}},
        state=[],
        uses=[["found", "moderation_scores"]],
        conditions=[
            Condition(id="score", effect="violation", reason="CONTENT_HARMFUL", mode=None, pause=None, when=_content_moderation_score_when, message=_content_moderation_score_message, severity=["found", "severity"], evidence="found"),
            Condition(id="skipped", effect="alert", reason="CLASSIFIER_SKIPPED", mode=None, pause=None, when=_content_moderation_skipped_when, message=_content_moderation_skipped_message, severity=None, evidence=None),
        ],
    ),
    "keyword_filter": PolicyType(
        type="keyword_filter",
        aliases=["topic_restriction"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="medium",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"terms": {"type": "patternList", "required": True}, "match": {"type": "enum", "values": ["word", "substring", "re2"], "default": "word"}, "case_sensitive": {"type": "bool", "default": False}, "mode": {"type": "enum", "values": ["deny", "require"], "default": "deny"}},
        state=[],
        uses=[["found", "keyword_findings"]],
        conditions=[
            Condition(id="denied", effect="violation", reason="KEYWORD_DENIED", mode=None, pause=None, when=_keyword_filter_denied_when, message=_keyword_filter_denied_message, severity=None, evidence="found"),
            Condition(id="missing", effect="violation", reason="KEYWORD_MISSING", mode=None, pause=None, when=_keyword_filter_missing_when, message=_keyword_filter_missing_message, severity=None, evidence=None),
        ],
    ),
    "cost_limit": PolicyType(
        type="cost_limit",
        aliases=[],
        phases=["input", "tool_call"],
        severity="high",
        tier="autonomous",
        reads=["cost"],
        at_least_one=["max_cost_per_execution", "daily_budget"],
        fields={"max_cost_per_execution": {"type": "money"}, "daily_budget": {"type": "money"}, "currency": {"type": "enum", "values": ["USD"], "default": "USD"}},
        state=[{"name": "spent_today", "metric": "cost", "scope": "agent", "window": "1d", "cap": "rule.daily_budget"}],
        uses=[],
        conditions=[
            Condition(id="per_execution", effect="violation", reason="COST_PER_EXECUTION", mode=None, pause=None, when=_cost_limit_per_execution_when, message=_cost_limit_per_execution_message, severity=None, evidence=None),
            Condition(id="daily", effect="violation", reason="DAILY_BUDGET", mode=None, pause=None, when=_cost_limit_daily_when, message=_cost_limit_daily_message, severity=None, evidence=None),
        ],
    ),
    "budget_cap": PolicyType(
        type="budget_cap",
        aliases=[],
        phases=["input", "tool_call"],
        severity="high",
        tier="autonomous",
        reads=["cost"],
        at_least_one=[],
        fields={"monthly_cap_usd": {"type": "money", "required": True}, "warning_threshold_pct": {"type": "number", "min": 0, "max": 100, "default": 80}, "reset_day": {"type": "int", "min": 1, "max": 31, "default": 1}, "timezone": {"type": "timezone", "default": "UTC"}},
        state=[{"name": "spent_month", "metric": "cost", "scope": "policy_agents", "window": "1mo", "resetDay": "reset_day", "timezone": "timezone", "cap": "rule.monthly_cap_usd"}],
        uses=[],
        conditions=[
            Condition(id="cap", effect="violation", reason="MONTHLY_BUDGET", mode=None, pause=None, when=_budget_cap_cap_when, message=_budget_cap_cap_message, severity=None, evidence=None),
            Condition(id="warning", effect="alert", reason="BUDGET_WARNING", mode=None, pause=None, when=_budget_cap_warning_when, message=_budget_cap_warning_message, severity=None, evidence=None),
        ],
    ),
    "cost_budget": PolicyType(
        type="cost_budget",
        aliases=[],
        phases=["input", "tool_call"],
        severity="high",
        tier="autonomous",
        reads=["cost"],
        at_least_one=[],
        fields={"scope": {"type": "enum", "set": "usageScope", "default": "agent"}, "scope_id": {"type": "string"}, "window": {"type": "enum", "set": "usageWindow", "default": "1d"}, "cap_usd": {"type": "money", "required": True}, "action": {"type": "enum", "values": ["warn", "block", "pause_agent"], "default": "block"}, "warning_threshold_pct": {"type": "number", "min": 0, "max": 100, "default": 80}, "burn_rate_alert": {"type": "bool", "default": True}, "strict": {"type": "bool", "default": False}},
        state=[{"name": "spent", "metric": "cost", "scope": "rule.scope", "scopeId": "rule.scope_id", "window": "rule.window", "strict": "rule.strict", "cap": "rule.cap_usd", "share": True}],
        uses=[],
        conditions=[
            Condition(id="warn", effect="violation", reason="BUDGET_EXCEEDED", mode="warn", pause=None, when=_cost_budget_warn_when, message=_cost_budget_warn_message, severity=None, evidence=None),
            Condition(id="block", effect="violation", reason="BUDGET_EXCEEDED", mode=None, pause=None, when=_cost_budget_block_when, message=_cost_budget_block_message, severity=None, evidence=None),
            Condition(id="pause", effect="violation", reason="BUDGET_EXCEEDED", mode=None, pause="spent", when=_cost_budget_pause_when, message=_cost_budget_pause_message, severity=None, evidence=None),
            Condition(id="warning", effect="alert", reason="BUDGET_WARNING", mode=None, pause=None, when=_cost_budget_warning_when, message=_cost_budget_warning_message, severity=None, evidence=None),
            Condition(id="burn_rate", effect="alert", reason="BURN_RATE", mode=None, pause=None, when=_cost_budget_burn_rate_when, message=_cost_budget_burn_rate_message, severity=None, evidence=None),
        ],
    ),
    "token_limit": PolicyType(
        type="token_limit",
        aliases=[],
        phases=["input", "output"],
        severity="medium",
        tier="advise",
        reads=["texts", "tokens", "outputTokens"],
        at_least_one=["max_input_tokens", "max_output_tokens", "max_tokens_per_window"],
        fields={"max_input_tokens": {"type": "int", "min": 0, "max": 2147483647}, "max_output_tokens": {"type": "int", "min": 0, "max": 2147483647}, "max_tokens_per_window": {"type": "int", "min": 0, "max": 2147483647}, "window": {"type": "enum", "set": "usageWindow", "default": "1d"}, "scope": {"type": "enum", "set": "usageScope", "default": "agent"}, "scope_id": {"type": "string"}},
        state=[{"name": "tokens", "metric": "tokens", "scope": "rule.scope", "scopeId": "rule.scope_id", "window": "rule.window", "kind": "sliding", "only": "rule.max_tokens_per_window"}],
        uses=[["found", "token_count"]],
        conditions=[
            Condition(id="input", effect="violation", reason="INPUT_TOKENS", mode=None, pause=None, when=_token_limit_input_when, message=_token_limit_input_message, severity=None, evidence=None),
            Condition(id="output", effect="violation", reason="OUTPUT_TOKENS", mode=None, pause=None, when=_token_limit_output_when, message=_token_limit_output_message, severity=None, evidence=None),
            Condition(id="window", effect="violation", reason="WINDOW_TOKENS", mode=None, pause=None, when=_token_limit_window_when, message=_token_limit_window_message, severity=None, evidence=None),
        ],
    ),
    "rate_limit": PolicyType(
        type="rate_limit",
        aliases=[],
        phases=["input", "tool_call", "agent_call"],
        severity="medium",
        tier="autonomous",
        reads=[],
        at_least_one=[],
        fields={"max_calls": {"type": "int", "min": 0, "max": 1000000000, "required": True}, "window": {"type": "enum", "set": "usageWindow", "default": "1m"}, "scope": {"type": "enum", "set": "usageScope", "default": "agent"}, "scope_id": {"type": "string"}, "burst": {"type": "int", "min": 1, "max": 1000000}},
        state=[{"name": "calls", "metric": "calls", "scope": "rule.scope", "scopeId": "rule.scope_id", "window": "rule.window", "kind": "sliding"}, {"name": "pending", "metric": "calls", "scope": "rule.scope", "scopeId": "rule.scope_id", "window": "rule.window", "kind": "bucket", "only": "rule.burst", "leak": "rule.max_calls"}],
        uses=[],
        conditions=[
            Condition(id="window", effect="violation", reason="RATE_LIMIT", mode=None, pause=None, when=_rate_limit_window_when, message=_rate_limit_window_message, severity=None, evidence=None),
            Condition(id="burst", effect="violation", reason="RATE_BURST", mode=None, pause=None, when=_rate_limit_burst_when, message=_rate_limit_burst_message, severity=None, evidence=None),
        ],
    ),
    "tool_invocation": PolicyType(
        type="tool_invocation",
        aliases=["tool_allowlist", "tool_call"],
        phases=["tool_call"],
        severity="high",
        tier="autonomous",
        reads=["tool"],
        at_least_one=[],
        fields={"allow": {"type": "globList"}, "deny": {"type": "globList", "default": []}, "require_approval": {"type": "globList", "default": []}, "default": {"type": "enum", "values": ["allow", "deny"]}, "rules": {"type": "objectList", "default": [], "fields": {"tool": {"type": "glob", "required": True}, "agents": {"type": "stringList", "default": []}, "when": {"type": "cel", "env": "toolRuleVariables"}, "schema": {"type": "jsonSchema"}}}},
        state=[],
        uses=[["verdict", "tool_verdict"]],
        conditions=[
            Condition(id="deny", effect="violation", reason="TOOL_DENIED", mode=None, pause=None, when=_tool_invocation_deny_when, message=_tool_invocation_deny_message, severity=None, evidence=None),
            Condition(id="not_allowed", effect="violation", reason="TOOL_NOT_ALLOWED", mode=None, pause=None, when=_tool_invocation_not_allowed_when, message=_tool_invocation_not_allowed_message, severity=None, evidence=None),
            Condition(id="arguments", effect="violation", reason="TOOL_ARGUMENTS", mode=None, pause=None, when=_tool_invocation_arguments_when, message=_tool_invocation_arguments_message, severity=None, evidence=None),
            Condition(id="schema", effect="violation", reason="TOOL_ARGUMENTS", mode=None, pause=None, when=_tool_invocation_schema_when, message=_tool_invocation_schema_message, severity=None, evidence=None),
            Condition(id="approval", effect="violation", reason="TOOL_NEEDS_APPROVAL", mode="require_approval", pause=None, when=_tool_invocation_approval_when, message=_tool_invocation_approval_message, severity=None, evidence=None),
        ],
    ),
    "action_approval": PolicyType(
        type="action_approval",
        aliases=[],
        phases=["tool_call", "input"],
        severity="high",
        tier="act_with_approval",
        reads=["tool", "action", "resource", "approvals", "dataClassification", "recordCount"],
        at_least_one=[],
        fields={"actions": {"type": "globList", "required": True}, "when": {"type": "cel", "env": "actionVariables"}, "risk": {"type": "object", "fields": {"tool_sensitivity": {"type": "numberMap", "min": 0, "max": 100, "default": {}}, "data_scope": {"type": "numberMap", "min": 0, "max": 100, "default": {"public": 0, "internal": 20, "confidential": 50, "pii": 70, "phi": 85, "pci": 90}}, "environments": {"type": "numberMap", "min": 0, "max": 100, "default": {"production": 100, "staging": 40}}, "weights": {"type": "object", "default": {}, "fields": {"tool_sensitivity": {"type": "number", "min": 0, "max": 1000, "default": 40}, "data_scope": {"type": "number", "min": 0, "max": 1000, "default": 30}, "environments": {"type": "number", "min": 0, "max": 1000, "default": 15}, "records": {"type": "number", "min": 0, "max": 1000, "default": 15}}}, "min_tier": {"type": "enum", "set": "severity", "default": "low"}}}, "approvers": {"type": "stringList", "default": []}, "expiry_minutes": {"type": "int", "min": 1, "max": 10080, "default": 30}},
        state=[],
        uses=[["found", "approval_check"]],
        conditions=[
            Condition(id="missing", effect="violation", reason="APPROVAL_MISSING", mode="require_approval", pause=None, when=_action_approval_missing_when, message=_action_approval_missing_message, severity=["found", "tier"], evidence=None),
        ],
    ),
    "access_control": PolicyType(
        type="access_control",
        aliases=[],
        phases=["input", "tool_call", "agent_call"],
        severity="high",
        tier="act_with_approval",
        reads=["user", "userRoles", "userGroups", "action", "resource", "tool", "targetAgentId"],
        at_least_one=[],
        fields={"principals": {"type": "object", "default": {}, "fields": {"users": {"type": "globList", "default": []}, "roles": {"type": "globList", "default": []}, "groups": {"type": "globList", "default": []}}}, "resources": {"type": "globList", "default": ["*"]}, "actions": {"type": "globList", "default": ["*"]}, "effect": {"type": "enum", "values": ["allow", "deny"], "default": "allow"}, "rules": {"type": "objectList", "default": [], "fields": {"users": {"type": "globList", "default": []}, "roles": {"type": "globList", "default": []}, "groups": {"type": "globList", "default": []}, "resources": {"type": "globList", "default": ["*"]}, "actions": {"type": "globList", "default": ["*"]}, "effect": {"type": "enum", "values": ["allow", "deny"], "default": "allow"}}}, "default": {"type": "enum", "values": ["allow", "deny"]}},
        state=[],
        uses=[["verdict", "access_verdict"]],
        conditions=[
            Condition(id="denied", effect="violation", reason="ACCESS_DENIED", mode=None, pause=None, when=_access_control_denied_when, message=_access_control_denied_message, severity=None, evidence=None),
            Condition(id="not_allowed", effect="violation", reason="ACCESS_NOT_ALLOWED", mode=None, pause=None, when=_access_control_not_allowed_when, message=_access_control_not_allowed_message, severity=None, evidence=None),
        ],
    ),
    "data_access": PolicyType(
        type="data_access",
        aliases=[],
        phases=["tool_call", "tool_result"],
        severity="high",
        tier="act_with_approval",
        reads=["dataSource", "dataClassification"],
        at_least_one=[],
        fields={"allowed_sources": {"type": "uriGlobList"}, "denied_sources": {"type": "uriGlobList", "default": []}, "require_source": {"type": "bool", "default": False}, "max_classification": {"type": "enum", "set": "dataClassification"}, "unstated_classification": {"type": "enum", "set": "dataClassification", "default": "public"}},
        state=[],
        uses=[["verdict", "source_verdict"]],
        conditions=[
            Condition(id="denied", effect="violation", reason="SOURCE_DENIED", mode=None, pause=None, when=_data_access_denied_when, message=_data_access_denied_message, severity=None, evidence=None),
            Condition(id="not_allowed", effect="violation", reason="SOURCE_NOT_ALLOWED", mode=None, pause=None, when=_data_access_not_allowed_when, message=_data_access_not_allowed_message, severity=None, evidence=None),
            Condition(id="classification", effect="violation", reason="DATA_CLASSIFICATION", mode=None, pause=None, when=_data_access_classification_when, message=_data_access_classification_message, severity=None, evidence=None),
        ],
    ),
    "tool_output_scan": PolicyType(
        type="tool_output_scan",
        aliases=["tool_result_scan"],
        phases=["tool_result"],
        severity="high",
        tier="observe",
        reads=["texts"],
        at_least_one=[],
        fields={"pii": {"type": "bool", "default": True}, "injection": {"type": "bool", "default": True}, "secrets": {"type": "bool", "default": True}, "strip": {"type": "bool", "default": False}},
        state=[],
        uses=[["found", "tool_output_findings"]],
        conditions=[
            Condition(id="found", effect="violation", reason="TOOL_OUTPUT", mode=None, pause=None, when=_tool_output_scan_found_when, message=_tool_output_scan_found_message, severity=["found", "severity"], evidence="found"),
        ],
    ),
    "tool_integrity": PolicyType(
        type="tool_integrity",
        aliases=[],
        phases=["tool_call"],
        severity="critical",
        tier="act_with_approval",
        reads=["tool", "toolDescriptor"],
        at_least_one=[],
        fields={"baseline": {"type": "objectList", "default": [], "fields": {"server": {"type": "string", "required": True}, "tool": {"type": "string", "required": True}, "hash": {"type": "string", "required": True}}}, "on_new": {"type": "enum", "values": ["deny", "approve", "allow"], "default": "approve"}, "scan_descriptions": {"type": "bool", "default": True}},
        state=[],
        uses=[["found", "integrity_check"]],
        conditions=[
            Condition(id="drift", effect="violation", reason="TOOL_DRIFT", mode=None, pause=None, when=_tool_integrity_drift_when, message=_tool_integrity_drift_message, severity=None, evidence=None),
            Condition(id="new_denied", effect="violation", reason="TOOL_NEW", mode=None, pause=None, when=_tool_integrity_new_denied_when, message=_tool_integrity_new_denied_message, severity=None, evidence=None),
            Condition(id="new_waits", effect="violation", reason="TOOL_NEW", mode="require_approval", pause=None, when=_tool_integrity_new_waits_when, message=_tool_integrity_new_waits_message, severity=None, evidence=None),
            Condition(id="instructions", effect="violation", reason="TOOL_DESCRIPTION_INJECTION", mode=None, pause=None, when=_tool_integrity_instructions_when, message=_tool_integrity_instructions_message, severity=None, evidence="found"),
        ],
    ),
    "external_call_limit": PolicyType(
        type="external_call_limit",
        aliases=[],
        phases=["tool_call"],
        severity="high",
        tier="autonomous",
        reads=["tool"],
        at_least_one=[],
        fields={"allowed_domains": {"type": "globList"}, "denied_domains": {"type": "globList", "default": []}, "max_calls": {"type": "int", "min": 0, "max": 1000000000}, "window": {"type": "enum", "set": "usageWindow", "default": "session"}, "scope": {"type": "enum", "set": "usageScope", "default": "agent"}, "allow_private_networks": {"type": "bool", "default": False}},
        state=[{"name": "calls", "metric": "external_calls", "scope": "rule.scope", "window": "rule.window", "kind": "sliding", "only": "rule.max_calls"}],
        uses=[["found", "external_hosts"]],
        conditions=[
            Condition(id="unreadable", effect="violation", reason="EXTERNAL_HOST_UNREADABLE", mode=None, pause=None, when=_external_call_limit_unreadable_when, message=_external_call_limit_unreadable_message, severity=None, evidence="found"),
            Condition(id="denied", effect="violation", reason="EXTERNAL_HOST_DENIED", mode=None, pause=None, when=_external_call_limit_denied_when, message=_external_call_limit_denied_message, severity=None, evidence="found"),
            Condition(id="private", effect="violation", reason="EXTERNAL_PRIVATE_ADDRESS", mode=None, pause=None, when=_external_call_limit_private_when, message=_external_call_limit_private_message, severity=None, evidence="found"),
            Condition(id="unlisted", effect="violation", reason="EXTERNAL_HOST_NOT_ALLOWED", mode=None, pause=None, when=_external_call_limit_unlisted_when, message=_external_call_limit_unlisted_message, severity=None, evidence="found"),
            Condition(id="calls", effect="violation", reason="EXTERNAL_CALLS", mode=None, pause=None, when=_external_call_limit_calls_when, message=_external_call_limit_calls_message, severity=None, evidence=None),
        ],
    ),
    "record_count_limit": PolicyType(
        type="record_count_limit",
        aliases=[],
        phases=["tool_call", "tool_result"],
        severity="high",
        tier="autonomous",
        reads=["tool", "tool_result", "recordCount"],
        at_least_one=["max_records_per_call", "max_records_per_session"],
        fields={"max_records_per_call": {"type": "int", "min": 0, "max": 2147483647}, "max_records_per_session": {"type": "int", "min": 0, "max": 2147483647}, "count_field": {"type": "string", "default": ""}},
        state=[{"name": "records", "metric": "records", "scope": "session", "window": "session", "only": "rule.max_records_per_session"}],
        uses=[["found", "record_count"]],
        conditions=[
            Condition(id="call", effect="violation", reason="RECORDS_PER_CALL", mode=None, pause=None, when=_record_count_limit_call_when, message=_record_count_limit_call_message, severity=None, evidence=None),
            Condition(id="session", effect="violation", reason="RECORDS_PER_SESSION", mode=None, pause=None, when=_record_count_limit_session_when, message=_record_count_limit_session_message, severity=None, evidence=None),
        ],
    ),
    "quality_threshold": PolicyType(
        type="quality_threshold",
        aliases=[],
        phases=["output"],
        severity="medium",
        tier="advise",
        reads=["scores", "output"],
        at_least_one=[],
        fields={"metrics": {"type": "numberMap", "default": {}}, "checks": {"type": "enumList", "values": ["empty", "refusal", "repetition", "language"], "default": ["empty", "repetition"]}, "max_repetition": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "languages": {"type": "enumList", "set": "scriptLanguage", "default": []}},
        state=[],
        uses=[["found", "quality_check"]],
        conditions=[
            Condition(id="metric", effect="violation", reason="QUALITY_BELOW", mode=None, pause=None, when=_quality_threshold_metric_when, message=_quality_threshold_metric_message, severity=None, evidence=None),
            Condition(id="empty", effect="violation", reason="QUALITY_EMPTY", mode=None, pause=None, when=_quality_threshold_empty_when, message=_quality_threshold_empty_message, severity=None, evidence=None),
            Condition(id="refusal", effect="violation", reason="QUALITY_REFUSAL", mode=None, pause=None, when=_quality_threshold_refusal_when, message=_quality_threshold_refusal_message, severity=None, evidence=None),
            Condition(id="repetition", effect="violation", reason="QUALITY_REPETITION", mode=None, pause=None, when=_quality_threshold_repetition_when, message=_quality_threshold_repetition_message, severity=None, evidence=None),
            Condition(id="language", effect="violation", reason="QUALITY_LANGUAGE", mode=None, pause=None, when=_quality_threshold_language_when, message=_quality_threshold_language_message, severity=None, evidence=None),
        ],
    ),
    "output_classifier": PolicyType(
        type="output_classifier",
        aliases=[],
        phases=["output"],
        severity="medium",
        tier="advise",
        reads=["classifications", "output"],
        at_least_one=[],
        fields={"labels": {"type": "numberMap", "min": 0, "max": 1, "required": True}, "classifier": {"type": "string", "default": "registered"}},
        state=[],
        uses=[["found", "class_check"]],
        conditions=[
            Condition(id="label", effect="violation", reason="CLASS_LIMIT", mode=None, pause=None, when=_output_classifier_label_when, message=_output_classifier_label_message, severity=None, evidence=None),
            Condition(id="skipped", effect="alert", reason="CLASSIFIER_SKIPPED", mode=None, pause=None, when=_output_classifier_skipped_when, message=_output_classifier_skipped_message, severity=None, evidence=None),
        ],
    ),
    "output_schema": PolicyType(
        type="output_schema",
        aliases=["output_validation"],
        phases=["output", "tool_call"],
        severity="medium",
        tier="advise",
        reads=["output", "tool"],
        at_least_one=[],
        fields={"schema": {"type": "jsonSchema", "required": True}, "repair": {"type": "bool", "default": False}},
        state=[],
        uses=[["found", "shape_check"]],
        conditions=[
            Condition(id="not_json", effect="violation", reason="OUTPUT_NOT_JSON", mode=None, pause=None, when=_output_schema_not_json_when, message=_output_schema_not_json_message, severity=None, evidence=None),
            Condition(id="schema", effect="violation", reason="OUTPUT_SCHEMA", mode=None, pause=None, when=_output_schema_schema_when, message=_output_schema_schema_message, severity=None, evidence=None),
        ],
    ),
    "time_window": PolicyType(
        type="time_window",
        aliases=[],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="medium",
        tier="act_with_approval",
        reads=[],
        at_least_one=[],
        fields={"allow": {"type": "objectList", "fields": {"days": {"type": "stringList", "default": []}, "from": {"type": "string", "default": "00:00"}, "to": {"type": "string", "default": "24:00"}}}, "freeze": {"type": "objectList", "default": [], "fields": {"from": {"type": "string", "required": True}, "to": {"type": "string", "required": True}}}, "timezone": {"type": "timezone", "default": "UTC"}},
        state=[],
        uses=[["found", "time_check"]],
        conditions=[
            Condition(id="freeze", effect="violation", reason="TIME_FREEZE", mode=None, pause=None, when=_time_window_freeze_when, message=_time_window_freeze_message, severity=None, evidence=None),
            Condition(id="outside", effect="violation", reason="TIME_OUTSIDE", mode=None, pause=None, when=_time_window_outside_when, message=_time_window_outside_message, severity=None, evidence=None),
        ],
    ),
    "model_allowlist": PolicyType(
        type="model_allowlist",
        aliases=[],
        phases=["input"],
        severity="high",
        tier="advise",
        reads=["model", "provider", "region"],
        at_least_one=[],
        fields={"allow": {"type": "globList"}, "deny": {"type": "globList", "default": []}, "providers": {"type": "globList"}, "regions": {"type": "globList"}, "aliases": {"type": "stringMap", "default": {}}},
        state=[],
        uses=[],
        conditions=[
            Condition(id="denied", effect="violation", reason="MODEL_DENIED", mode=None, pause=None, when=_model_allowlist_denied_when, message=_model_allowlist_denied_message, severity=None, evidence=None),
            Condition(id="not_allowed", effect="violation", reason="MODEL_NOT_ALLOWED", mode=None, pause=None, when=_model_allowlist_not_allowed_when, message=_model_allowlist_not_allowed_message, severity=None, evidence=None),
            Condition(id="provider", effect="violation", reason="PROVIDER_NOT_ALLOWED", mode=None, pause=None, when=_model_allowlist_provider_when, message=_model_allowlist_provider_message, severity=None, evidence=None),
            Condition(id="region", effect="violation", reason="REGION_NOT_ALLOWED", mode=None, pause=None, when=_model_allowlist_region_when, message=_model_allowlist_region_message, severity=None, evidence=None),
        ],
    ),
    "session_limits": PolicyType(
        type="session_limits",
        aliases=["loop_detection"],
        phases=["tool_call", "input"],
        severity="high",
        tier="autonomous",
        reads=["cost", "tool", "session"],
        at_least_one=[],
        fields={"max_tool_calls": {"type": "int", "min": 0, "max": 1000000000, "default": 100}, "max_cost_usd": {"type": "money", "default": 5}, "max_turns": {"type": "int", "min": 0, "max": 1000000000}, "max_duration_s": {"type": "int", "min": 0, "max": 1000000000}, "loop": {"type": "object", "default": {}, "fields": {"repeat": {"type": "int", "min": 0, "max": 32, "default": 5}, "similarity": {"type": "number", "min": 0, "max": 1, "default": 0.8}, "same_result": {"type": "bool", "default": True}}}},
        state=[{"name": "tool_calls", "metric": "tool_calls", "scope": "session", "window": "session"}, {"name": "spent", "metric": "cost", "scope": "session", "window": "session"}, {"name": "turns", "metric": "turns", "scope": "session", "window": "session", "only": "rule.max_turns"}],
        uses=[["found", "session_check"]],
        conditions=[
            Condition(id="tool_calls", effect="violation", reason="SESSION_TOOL_CALLS", mode=None, pause=None, when=_session_limits_tool_calls_when, message=_session_limits_tool_calls_message, severity=None, evidence=None),
            Condition(id="cost", effect="violation", reason="SESSION_COST", mode=None, pause=None, when=_session_limits_cost_when, message=_session_limits_cost_message, severity=None, evidence=None),
            Condition(id="turns", effect="violation", reason="SESSION_TURNS", mode=None, pause=None, when=_session_limits_turns_when, message=_session_limits_turns_message, severity=None, evidence=None),
            Condition(id="duration", effect="violation", reason="SESSION_DURATION", mode=None, pause=None, when=_session_limits_duration_when, message=_session_limits_duration_message, severity=None, evidence=None),
            Condition(id="loop", effect="violation", reason="TOOL_LOOP", mode=None, pause=None, when=_session_limits_loop_when, message=_session_limits_loop_message, severity=None, evidence=None),
        ],
    ),
    "agent_delegation": PolicyType(
        type="agent_delegation",
        aliases=[],
        phases=["agent_call"],
        severity="high",
        tier="act_with_approval",
        reads=["targetAgentId", "delegationChain", "delegatedTools", "action", "tools"],
        at_least_one=[],
        fields={"max_depth": {"type": "int", "min": 1, "max": 64, "default": 3}, "allowed_actions": {"type": "enumList", "set": "delegationAction", "default": ["execute", "read", "write", "delete", "invoke", "query", "subscribe", "delegate"]}},
        state=[],
        uses=[["verdict", "delegation_verdict"]],
        conditions=[
            Condition(id="depth", effect="violation", reason="DELEGATION_DEPTH", mode=None, pause=None, when=_agent_delegation_depth_when, message=_agent_delegation_depth_message, severity=None, evidence=None),
            Condition(id="action", effect="violation", reason="DELEGATION_ACTION", mode=None, pause=None, when=_agent_delegation_action_when, message=_agent_delegation_action_message, severity=None, evidence=None),
            Condition(id="grant", effect="violation", reason="DELEGATION_NOT_GRANTED", mode=None, pause=None, when=_agent_delegation_grant_when, message=_agent_delegation_grant_message, severity=None, evidence=None),
            Condition(id="tools", effect="violation", reason="DELEGATION_TOOLS", mode=None, pause=None, when=_agent_delegation_tools_when, message=_agent_delegation_tools_message, severity=None, evidence=None),
        ],
    ),
    "semantic_check": PolicyType(
        type="semantic_check",
        aliases=[],
        phases=["input", "output"],
        severity="medium",
        tier="advise",
        reads=["texts", "classifications"],
        at_least_one=[],
        fields={"model": {"type": "enum", "values": ["builtin", "embedding", "endpoint"], "default": "builtin"}, "label": {"type": "string", "default": ""}, "url": {"type": "httpsUrl"}, "threshold": {"type": "number", "min": 0, "max": 1, "default": 0.5}, "timeout_ms": {"type": "int", "min": 1, "max": 30000, "default": 2000}, "on_timeout": {"type": "enum", "values": ["fail", "allow"], "default": "fail"}, "classifier": {"type": "string", "default": ""}},
        state=[],
        uses=[["found", "meaning_check"]],
        conditions=[
            Condition(id="score", effect="violation", reason="SEMANTIC_THRESHOLD", mode=None, pause=None, when=_semantic_check_score_when, message=_semantic_check_score_message, severity=None, evidence="found"),
            Condition(id="skipped", effect="alert", reason="CLASSIFIER_SKIPPED", mode=None, pause=None, when=_semantic_check_skipped_when, message=_semantic_check_skipped_message, severity=None, evidence=None),
        ],
    ),
    "custom_validator": PolicyType(
        type="custom_validator",
        aliases=["byov"],
        phases=["input", "tool_call", "tool_result", "output", "agent_call"],
        severity="high",
        tier="act_with_approval",
        reads=["validatorResults"],
        at_least_one=[],
        fields={"url": {"type": "httpsUrl", "required": True}, "secret": {"type": "string", "default": ""}, "timeout_ms": {"type": "int", "min": 1, "max": 30000, "default": 2000}, "fail_mode": {"type": "enum", "set": "failMode", "default": "closed"}, "retries": {"type": "int", "min": 0, "max": 5, "default": 0}},
        state=[],
        uses=[["found", "validator_answer"]],
        conditions=[
            Condition(id="denied", effect="violation", reason="VALIDATOR_DENIED", mode=None, pause=None, when=_custom_validator_denied_when, message=_custom_validator_denied_message, severity=None, evidence=None),
            Condition(id="waits", effect="violation", reason="VALIDATOR_NEEDS_APPROVAL", mode="require_approval", pause=None, when=_custom_validator_waits_when, message=_custom_validator_waits_message, severity=None, evidence=None),
            Condition(id="open", effect="alert", reason="VALIDATOR_SKIPPED", mode=None, pause=None, when=_custom_validator_open_when, message=_custom_validator_open_message, severity=None, evidence=None),
        ],
    ),
    "expression": PolicyType(
        type="expression",
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
    "sequence": PolicyType(
        type="sequence",
        aliases=["history_rule"],
        phases=["tool_call", "agent_call", "output"],
        severity="high",
        tier="autonomous",
        reads=["session"],
        at_least_one=[],
        fields={"rules": {"type": "objectList", "required": True, "fields": {"when": {"type": "cel", "env": "variables", "required": True}, "after": {"type": "cel", "env": "stepVariables"}, "not_after": {"type": "cel", "env": "stepVariables"}, "within": {"type": "cel", "env": "stepVariables"}, "window": {"type": "duration"}}}, "message": {"type": "string", "default": ""}},
        state=[],
        uses=[["found", "sequence_check"]],
        conditions=[
            Condition(id="forbidden", effect="violation", reason="SEQUENCE_FORBIDDEN", mode=None, pause=None, when=_sequence_forbidden_when, message=_sequence_forbidden_message, severity=None, evidence=None),
            Condition(id="missing", effect="violation", reason="SEQUENCE_MISSING", mode=None, pause=None, when=_sequence_missing_when, message=_sequence_missing_message, severity=None, evidence=None),
        ],
    ),
    "information_flow": PolicyType(
        type="information_flow",
        aliases=["taint"],
        phases=["tool_call", "tool_result", "output", "agent_call"],
        severity="critical",
        tier="autonomous",
        reads=["tool", "tool_result", "session", "dataSource", "targetAgentId", "parentSessionId"],
        at_least_one=[],
        fields={"sources": {"type": "objectList", "required": True, "fields": {"tool": {"type": "glob"}, "origin": {"type": "glob"}, "labels": {"type": "stringList", "required": True}}}, "sinks": {"type": "objectList", "default": [], "fields": {"tool": {"type": "glob"}, "agent": {"type": "glob"}, "output": {"type": "bool", "default": False}, "forbid": {"type": "stringList", "default": []}}}, "trifecta": {"type": "bool", "default": True}},
        state=[],
        uses=[["found", "flow_check"]],
        conditions=[
            Condition(id="sink", effect="violation", reason="FLOW_FORBIDDEN", mode=None, pause=None, when=_information_flow_sink_when, message=_information_flow_sink_message, severity=None, evidence=None),
            Condition(id="trifecta", effect="violation", reason="FLOW_TRIFECTA", mode=None, pause=None, when=_information_flow_trifecta_when, message=_information_flow_trifecta_message, severity=None, evidence=None),
        ],
    ),
}
