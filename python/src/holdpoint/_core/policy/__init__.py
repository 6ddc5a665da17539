"""Policies: read, compiled, evaluated."""

from .charges import Charge, charges_for
from .compile import CompileContext, CompileResult, compile_policies
from .counters import Counter, UsageReader, format_instant
from .decode_message import Decoded, decode_message
from .evaluate import Clock, evaluate
from .governance import resolve_governance
from .money import to_micros
from .pauses import parse_instant
from .plan import Plan
from .read_document import ReadResult, WrittenPolicy, read_policy_document
from .suggest import suggest

__all__ = [
    "Charge",
    "Clock",
    "CompileContext",
    "CompileResult",
    "Counter",
    "Decoded",
    "Plan",
    "ReadResult",
    "UsageReader",
    "WrittenPolicy",
    "charges_for",
    "compile_policies",
    "decode_message",
    "evaluate",
    "format_instant",
    "parse_instant",
    "read_policy_document",
    "resolve_governance",
    "suggest",
    "to_micros",
]
