"""The implementation of each operator that the catalogue names."""

from __future__ import annotations

from .access_verdict import prepare_access_verdict
from .approval_check import prepare_approval_check
from .class_check import prepare_class_check
from .count_records import prepare_record_count
from .count_tokens import prepare_token_count
from .delegation_verdict import prepare_delegation_verdict
from .expression_result import prepare_expression_result
from .external_hosts import prepare_external_hosts
from .flow_check import prepare_flow_check
from .injection_findings import prepare_injection_findings
from .integrity_check import prepare_integrity_check
from .keyword_findings import prepare_keyword_findings
from .meaning_check import prepare_meaning_check
from .moderation_scores import prepare_moderation_scores
from .operator import PrepareOperator
from .pii_findings import prepare_pii_findings
from .quality_check import prepare_quality_check
from .secret_findings import prepare_secret_findings
from .sequence_check import prepare_sequence_check
from .session_check import prepare_session_check
from .shape_check import prepare_shape_check
from .source_verdict import prepare_source_verdict
from .time_check import prepare_time_check
from .tool_output_findings import prepare_tool_output_findings
from .tool_verdict import prepare_tool_verdict
from .validator_answer import prepare_validator_answer

OPERATORS: dict[str, PrepareOperator] = {
    "injection_findings": prepare_injection_findings,
    "pii_findings": prepare_pii_findings,
    "secret_findings": prepare_secret_findings,
    "moderation_scores": prepare_moderation_scores,
    "tool_output_findings": prepare_tool_output_findings,
    "tool_verdict": prepare_tool_verdict,
    "expression_result": prepare_expression_result,
    "token_count": prepare_token_count,
    "external_hosts": prepare_external_hosts,
    "record_count": prepare_record_count,
    "time_check": prepare_time_check,
    "session_check": prepare_session_check,
    "sequence_check": prepare_sequence_check,
    "flow_check": prepare_flow_check,
    "keyword_findings": prepare_keyword_findings,
    "approval_check": prepare_approval_check,
    "access_verdict": prepare_access_verdict,
    "source_verdict": prepare_source_verdict,
    "integrity_check": prepare_integrity_check,
    "quality_check": prepare_quality_check,
    "class_check": prepare_class_check,
    "shape_check": prepare_shape_check,
    "delegation_verdict": prepare_delegation_verdict,
    "meaning_check": prepare_meaning_check,
    "validator_answer": prepare_validator_answer,
}
