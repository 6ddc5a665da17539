"""The trained models that come with the package."""

from __future__ import annotations

from array import array
from base64 import b64decode
from collections.abc import Iterator, Sequence
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final

from ..._gen.detectors import LEARNED_MODELS
from .learned import NO_SCORE, LearnedModel, LearnedScore, Stretch, read_stretches, score_with_model

_SIGN_BITS: Final = 6
_SIGNS: Final = f"{ascii_uppercase}{ascii_lowercase}{digits}+/"
_PLACE_OF_SIGN: Final = {sign: place for place, sign in enumerate(_SIGNS)}
_WEIGHT_OF_SIGN: Final = {sign: 4 * (place - 64 if place > 31 else place) for sign, place in _PLACE_OF_SIGN.items()}
_GOES_ON: Final = 63


def score_learned(text: str, name: str = "injection") -> LearnedScore:
    """The score of a text by a model, 0-100; a name that no model has scores 0. Weights are decoded once."""
    model = _read_model(name)
    return NO_SCORE if model is None else score_with_model(text, model)


def read_learned_stretches(text: str) -> Iterator[Stretch]:
    """The margin of each stretch of a text by the model of injections (SPECIFICATION T-68)."""
    model = _read_model("injection")
    return iter(()) if model is None else read_stretches(text, model)


@cache
def _read_model(name: str) -> LearnedModel | None:
    for row in LEARNED_MODELS:
        if row["name"] == name:
            return LearnedModel(name, row["bits"], _place_weights(_read_weights(row), row), row["bias"], row["cuts"])
    return None


def _read_weights(row: dict[str, Any]) -> list[int]:
    """Signed numbers of 8 bits, or of 6 bits (a sign of base64 each) times 4."""
    if row["weightBits"] == _SIGN_BITS:
        return list(map(_WEIGHT_OF_SIGN.__getitem__, row["weights"]))
    return [byte - 256 if byte > 127 else byte for byte in b64decode(row["weights"])]


def _place_weights(weights: list[int], row: dict[str, Any]) -> Sequence[int]:
    """The weight of each bucket; those that ``gaps`` passes over weigh nothing."""
    if "gaps" not in row:
        return weights
    placed = array("b", bytes(1 << row["bits"]))
    bucket = 0
    rest = iter(weights)
    for gap in map(_PLACE_OF_SIGN.__getitem__, row["gaps"]):
        bucket += gap
        if gap < _GOES_ON:
            placed[bucket] = next(rest)
            bucket += 1
    return placed
