"""Matching: sets of RE2 patterns, and the form of a text they are matched against."""

from holdpoint._core.match._compare import SetComparison, equivalent, includes
from holdpoint._core.match._explain import PatternExplanation
from holdpoint._core.match._normalise import NormalisedText, normalise_text
from holdpoint._core.match._normalise._decode import holds_long_token
from holdpoint._core.match._pattern_set import (
    CompileSetResult,
    PatternProblem,
    PatternSet,
    PatternSetStats,
    PatternSource,
    compile_set,
)
from holdpoint._core.match._spans import EncodedText, Span
from holdpoint._core.match._stream import MatchStream, StreamStep
from holdpoint._core.match._track import StreamSpan

__all__ = [
    "CompileSetResult",
    "EncodedText",
    "MatchStream",
    "NormalisedText",
    "PatternExplanation",
    "PatternProblem",
    "PatternSet",
    "PatternSetStats",
    "PatternSource",
    "SetComparison",
    "Span",
    "StreamSpan",
    "StreamStep",
    "compile_set",
    "equivalent",
    "holds_long_token",
    "includes",
    "normalise_text",
]
