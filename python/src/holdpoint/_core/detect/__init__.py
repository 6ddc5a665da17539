"""Detectors: what the hits of the matcher mean."""

from .conversation import ConversationScore, Turn, score_conversation
from .injection import (
    INJECTION_FAMILIES,
    INJECTION_LANGUAGES,
    NO_INJECTION,
    OWN_PATTERN_FAMILY,
    InjectionFilter,
    InjectionJudge,
    InjectionScore,
    InjectionSignal,
    list_injection_patterns,
    list_injection_signals,
    locate_signals,
    score_injection,
    severity_of_score,
    to_original_span,
)
from .learned import LearnedScore
from .learned_models import score_learned
from .pii import PII_CATEGORY_NAMES, PiiFinding, PiiSignal, find_pii, list_pii_patterns, list_pii_signals
from .redact import Replacement, replace_spans, rewrite_value
from .secrets import (
    SECRET_KIND_NAMES,
    SecretFinding,
    SecretSignal,
    find_secrets,
    list_secret_patterns,
    list_secret_signals,
)
from .text_scan import Text, TextScan, scan_text
from .validators import validate

__all__ = [
    "INJECTION_FAMILIES",
    "INJECTION_LANGUAGES",
    "NO_INJECTION",
    "OWN_PATTERN_FAMILY",
    "PII_CATEGORY_NAMES",
    "SECRET_KIND_NAMES",
    "ConversationScore",
    "InjectionFilter",
    "InjectionJudge",
    "InjectionScore",
    "InjectionSignal",
    "LearnedScore",
    "PiiFinding",
    "PiiSignal",
    "Replacement",
    "SecretFinding",
    "SecretSignal",
    "Text",
    "TextScan",
    "Turn",
    "find_pii",
    "find_secrets",
    "list_injection_patterns",
    "list_injection_signals",
    "list_pii_patterns",
    "list_pii_signals",
    "list_secret_patterns",
    "list_secret_signals",
    "locate_signals",
    "replace_spans",
    "rewrite_value",
    "scan_text",
    "score_conversation",
    "score_injection",
    "score_learned",
    "severity_of_score",
    "to_original_span",
    "validate",
]
