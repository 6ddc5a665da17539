"""The trained models that come with the package."""

from __future__ import annotations

from base64 import b64decode
from functools import cache

from ..._gen.detectors import LEARNED_MODELS
from .learned import NO_SCORE, LearnedModel, LearnedScore, score_with_model


def score_learned(text: str, name: str = "injection") -> LearnedScore:
    """The score of a text by a model, 0-100; a name that no model has scores 0. Weights are decoded once."""
    model = _read_model(name)
    return NO_SCORE if model is None else score_with_model(text, model)


@cache
def _read_model(name: str) -> LearnedModel | None:
    for row in LEARNED_MODELS:
        if row["name"] == name:
            weights = [byte - 256 if byte > 127 else byte for byte in b64decode(row["weights"])]
            return LearnedModel(name, row["bits"], weights, row["bias"], row["cuts"])
    return None
