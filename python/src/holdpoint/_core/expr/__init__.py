"""Expressions: CEL, checked when written, bounded, without input or output."""

from holdpoint._core.expr.environment import ArgumentProblem, ExprBindings, ExprEnv, ExprFunction
from holdpoint._core.expr.errors import ExprErrorReason
from holdpoint._core.expr.expr_types import ExprType
from holdpoint._core.expr.matcher import CompilePattern, PatternRefused
from holdpoint._core.expr.problem import ExprProblem
from holdpoint._core.expr.program import CompileExprResult, ExprCall, ExprProgram, ExprResult, compile_expression
from holdpoint._core.expr.values import CelDuration, CelList, CelMap, CelTimestamp, CelType, CelUint

__all__ = [
    "ArgumentProblem",
    "CelDuration",
    "CelList",
    "CelMap",
    "CelTimestamp",
    "CelType",
    "CelUint",
    "CompileExprResult",
    "CompilePattern",
    "ExprBindings",
    "ExprCall",
    "ExprEnv",
    "ExprErrorReason",
    "ExprFunction",
    "ExprProblem",
    "ExprProgram",
    "ExprResult",
    "ExprType",
    "PatternRefused",
    "compile_expression",
]
