"""The implementation of each operator that the catalogue names."""

from __future__ import annotations

from .count_records import prepare_record_count
from .count_tokens import prepare_token_count
from .expression_result import prepare_expression_result
from .external_hosts import prepare_external_hosts
from .flow_check import prepare_flow_check
from .injection_findings import prepare_injection_findings
from .operator import PrepareOperator
from .pii_findings import prepare_pii_findings
from .secret_findings import prepare_secret_findings
from .sequence_check import prepare_sequence_check
from .session_check import prepare_session_check
from .time_check import prepare_time_check
from .tool_output_findings import prepare_tool_output_findings
from .tool_verdict import prepare_tool_verdict

OPERATORS: dict[str, PrepareOperator] = {
    "injection_findings": prepare_injection_findings,
    "pii_findings": prepare_pii_findings,
    "secret_findings": prepare_secret_findings,
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
}
