"""Detectors: what the hits of the matcher mean."""

from .injection import (
    INJECTION_FAMILIES,
    INJECTION_LANGUAGES,
    NO_INJECTION,
    OWN_PATTERN_FAMILY,
    InjectionFilter,
    InjectionScore,
    InjectionSignal,
    list_injection_patterns,
    list_injection_signals,
    locate_signals,
    score_injection,
    severity_of_score,
    to_original_span,
)
from .pii import PII_CATEGORY_NAMES, PiiFinding, PiiSignal, find_pii, list_pii_patterns, list_pii_signals
from .redact import Replacement, replace_spans, rewrite_value
from .text_scan import Text, TextScan, scan_text
from .validators import validate

__all__ = [
    "INJECTION_FAMILIES",
    "INJECTION_LANGUAGES",
    "NO_INJECTION",
    "OWN_PATTERN_FAMILY",
    "PII_CATEGORY_NAMES",
    "InjectionFilter",
    "InjectionScore",
    "InjectionSignal",
    "PiiFinding",
    "PiiSignal",
    "Replacement",
    "Text",
    "TextScan",
    "find_pii",
    "list_injection_patterns",
    "list_injection_signals",
    "list_pii_patterns",
    "list_pii_signals",
    "locate_signals",
    "replace_spans",
    "rewrite_value",
    "scan_text",
    "score_injection",
    "severity_of_score",
    "to_original_span",
    "validate",
]
