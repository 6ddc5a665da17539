"""The models of moderation, which read the features of a text once for all (SPECIFICATION T-45 and following, T-60)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import compress
from typing import Final, NamedTuple

from ..._gen.detectors import LEARNED_MODELS
from .learned import LearnedModel, _list_blocks, margin_of
from .learned_features import list_features
from .learned_models import _read_model

_PREFIX: Final = "moderation_"
# What one bucket weighs in all models stands in one number: a field each, of weights that are made positive, so that a
# block is one sum. It has not more than 1,028 features (T-45), and a window two blocks.
_FIELD_BITS: Final = 20
_FIELD: Final = (1 << _FIELD_BITS) - 1
_LEAST_WEIGHT: Final = -128


class JointModel(NamedTuple):
    """Several models with as many buckets, and what each bucket weighs in all of them."""

    models: Sequence[LearnedModel]
    weights: Sequence[int]


def join_models(models: Sequence[LearnedModel]) -> JointModel:
    """Of no models one that gives no scores."""
    size = len(models[0].weights) if models else 0
    nothing = sum(-_LEAST_WEIGHT << _FIELD_BITS * at for at in range(len(models)))
    weights = [nothing] * size
    for at, model in enumerate(models):
        # Most weigh nothing.
        for bucket in compress(range(size), model.weights):
            weights[bucket] += model.weights[bucket] << _FIELD_BITS * at
    return JointModel(models, weights)


def score_categories(text: str) -> Iterable[tuple[str, int]]:
    """The scores, 0-100, that the models of moderation give a text, by category. Weights are decoded once."""
    for joint in _read_joints():
        names = (model.name.removeprefix(_PREFIX) for model in joint.models)
        yield from zip(names, score_with_models(text, joint), strict=True)


def score_with_models(text: str, joint: JointModel) -> list[int]:
    """The score of each model: its highest of all windows."""
    models, weights = joint
    if not text or not models:
        return [0] * len(models)
    best: list[int] | None = None
    last: tuple[int, int] = (0, 0)
    for start, end, joins in _list_blocks(len(text)):
        features = list_features(text[start:end], models[0].bits)
        own = (sum(map(weights.__getitem__, features)), len(features))
        total, count = (own[0] + last[0], own[1] + last[1]) if joins else own
        margins = [
            margin_of((total >> _FIELD_BITS * at & _FIELD) + _LEAST_WEIGHT * count, count, model.bias)
            for at, model in enumerate(models)
        ]
        best = margins if best is None else list(map(max, best, margins))
        last = own
    return [bisect_right(model.cuts, margin) for model, margin in zip(models, best or (), strict=True)]


@cache
def _read_joints() -> tuple[JointModel, ...]:
    """Models with as many buckets are asked together."""
    names = [row["name"] for row in LEARNED_MODELS if row["name"].startswith(_PREFIX)]
    models = [model for model in map(_read_model, names) if model is not None]
    sizes = dict.fromkeys(model.bits for model in models)
    return tuple(join_models([model for model in models if model.bits == bits]) for bits in sizes)
