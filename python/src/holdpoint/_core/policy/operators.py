"""The implementation of each operator that the catalogue names."""

from __future__ import annotations

from .expression_result import prepare_expression_result
from .injection_findings import prepare_injection_findings
from .operator import PrepareOperator
from .pii_findings import prepare_pii_findings
from .tool_verdict import prepare_tool_verdict

OPERATORS: dict[str, PrepareOperator] = {
    "injection_findings": prepare_injection_findings,
    "pii_findings": prepare_pii_findings,
    "tool_verdict": prepare_tool_verdict,
    "expression_result": prepare_expression_result,
}
