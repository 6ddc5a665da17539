"""Weights of learned models, read from what the package carries."""

from __future__ import annotations

from holdpoint._core.detect.learned_models import _place_weights


def test_weights_stand_where_their_gaps_say() -> None:
    placed = _place_weights([5, -3, 7], {"bits": 8, "gaps": "BA//C"})
    assert {bucket: weight for bucket, weight in enumerate(placed) if weight} == {1: 5, 2: -3, 131: 7}
    assert len(placed) == 256
