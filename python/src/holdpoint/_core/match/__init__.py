"""Matching: sets of RE2 patterns, and the form of a text they are matched against."""

from holdpoint._core.match._compare import SetComparison, equivalent, includes
from holdpoint._core.match._explain import PatternExplanation
from holdpoint._core.match._normalise import NormalisedText, normalise_text
from holdpoint._core.match._normalise._decode import RUN_STARTS
from holdpoint._core.match._pattern_set import (
    CompileSetResult,
    PatternProblem,
    PatternSet,
    PatternSetStats,
    PatternSource,
    compile_set,
)
from holdpoint._core.match._re2 import Search, compile_search
from holdpoint._core.match._spans import EncodedText, Span, encode_text
from holdpoint._core.match._stream import MatchStream, StreamStep
from holdpoint._core.match._track import StreamSpan

__all__ = [
    "RUN_STARTS",
    "CompileSetResult",
    "EncodedText",
    "MatchStream",
    "NormalisedText",
    "PatternExplanation",
    "PatternProblem",
    "PatternSet",
    "PatternSetStats",
    "PatternSource",
    "Search",
    "SetComparison",
    "Span",
    "StreamSpan",
    "StreamStep",
    "compile_search",
    "compile_set",
    "encode_text",
    "equivalent",
    "includes",
    "normalise_text",
]
