"""Detectors: what the hits of the matcher mean."""

from .combine_weights import combine_weights
from .conversation import ConversationScore, Turn, score_conversation
from .injection import (
    INJECTION_FAMILIES,
    INJECTION_LANGUAGES,
    LEARNED_FAMILY,
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
from .moderation import (
    ModerationScore,
    ModerationSignal,
    list_moderation_patterns,
    list_moderation_signals,
    score_moderation,
)
from .pii import (
    PII_CATEGORY_NAMES,
    OwnRecognizers,
    PiiFinding,
    PiiSignal,
    create_pii_signal,
    find_pii,
    holds_no_pii,
    list_pii_patterns,
    list_pii_signals,
)
from .pii_readings import find_pii_in_readings
from .redact import Replacement, replace_spans, rewrite_value
from .restore_tokens import Restorer, create_restorer, holds_foreign_token, restore_tokens
from .secrets import (
    SECRET_KIND_NAMES,
    SecretFinding,
    SecretSignal,
    find_secrets,
    list_secret_patterns,
    list_secret_signals,
)
from .text_scan import Text, TextScan, scan_text
from .token_vault import TokenVault, create_token_vault
from .validators import validate

__all__ = [
    "INJECTION_FAMILIES",
    "INJECTION_LANGUAGES",
    "LEARNED_FAMILY",
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
    "ModerationScore",
    "ModerationSignal",
    "OwnRecognizers",
    "PiiFinding",
    "PiiSignal",
    "Replacement",
    "Restorer",
    "SecretFinding",
    "SecretSignal",
    "Text",
    "TextScan",
    "TokenVault",
    "Turn",
    "combine_weights",
    "create_pii_signal",
    "create_restorer",
    "create_token_vault",
    "find_pii",
    "find_pii_in_readings",
    "find_secrets",
    "holds_foreign_token",
    "holds_no_pii",
    "list_injection_patterns",
    "list_injection_signals",
    "list_moderation_patterns",
    "list_moderation_signals",
    "list_pii_patterns",
    "list_pii_signals",
    "list_secret_patterns",
    "list_secret_signals",
    "locate_signals",
    "replace_spans",
    "restore_tokens",
    "rewrite_value",
    "scan_text",
    "score_conversation",
    "score_injection",
    "score_learned",
    "score_moderation",
    "severity_of_score",
    "to_original_span",
    "validate",
]
