"""Policies: read, compiled, evaluated."""

from .approval_check import hash_action
from .argument_shingles import ArgumentSummary, digest_value, summarise_arguments
from .charges import Charge, charges_for, keeps_state
from .check_settings import check_governance_settings
from .classifier_questions import ClassifierQuestion, list_classifier_names, list_classifier_questions
from .compile import CompileContext, CompileResult, compile_policies
from .counters import Counter, UsageReader, format_instant
from .decode_message import Decoded, decode_message
from .decode_values import is_endpoint_url
from .effects import Effects, SessionEffect, effects_for
from .evaluate import Clock, decide_bound, evaluate
from .governance import resolve_governance
from .host import is_public_address
from .integrity_check import hash_tool_descriptor
from .money import to_micros
from .pauses import parse_instant
from .plain_name import is_plain_name
from .plan import Plan
from .read_document import ReadResult, WrittenPolicy, read_policy_document
from .receipt_documents import ReceiptProblem
from .request import bind_request
from .session_state import SessionReader, SessionState, SessionStep, add_labels, append_step
from .shared_budgets import SharedBudget, find_shared_budget, list_shared_counters
from .stream_needs import StreamNeeds, stream_needs
from .suggest import suggest
from .validator_questions import ValidatorQuestion, list_validators
from .verify_receipts import ReceiptReport, verify_receipts
from .windows import SLIDING_SLOTS, WINDOW_LENGTH_MS

__all__ = [
    "SLIDING_SLOTS",
    "WINDOW_LENGTH_MS",
    "ArgumentSummary",
    "Charge",
    "ClassifierQuestion",
    "Clock",
    "CompileContext",
    "CompileResult",
    "Counter",
    "Decoded",
    "Effects",
    "Plan",
    "ReadResult",
    "ReceiptProblem",
    "ReceiptReport",
    "SessionEffect",
    "SessionReader",
    "SessionState",
    "SessionStep",
    "SharedBudget",
    "StreamNeeds",
    "UsageReader",
    "ValidatorQuestion",
    "WrittenPolicy",
    "add_labels",
    "append_step",
    "bind_request",
    "charges_for",
    "check_governance_settings",
    "compile_policies",
    "decide_bound",
    "decode_message",
    "digest_value",
    "effects_for",
    "evaluate",
    "find_shared_budget",
    "format_instant",
    "hash_action",
    "hash_tool_descriptor",
    "is_endpoint_url",
    "is_plain_name",
    "is_public_address",
    "keeps_state",
    "list_classifier_names",
    "list_classifier_questions",
    "list_shared_counters",
    "list_validators",
    "parse_instant",
    "read_policy_document",
    "resolve_governance",
    "stream_needs",
    "suggest",
    "summarise_arguments",
    "to_micros",
    "verify_receipts",
]
