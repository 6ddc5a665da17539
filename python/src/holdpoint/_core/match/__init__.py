"""Matching: sets of RE2 patterns, and the form of a text they are matched against."""

from holdpoint._core.match._normalise import NormalisedText, normalise_text
from holdpoint._core.match._pattern_set import (
    CompileSetResult,
    EncodedText,
    MatchStream,
    PatternProblem,
    PatternSet,
    PatternSource,
    Span,
    compile_set,
)

__all__ = [
    "CompileSetResult",
    "EncodedText",
    "MatchStream",
    "NormalisedText",
    "PatternProblem",
    "PatternSet",
    "PatternSource",
    "Span",
    "compile_set",
    "normalise_text",
]
