"""Models of moderation that are asked together say what each says alone (T-45 and following, T-60)."""

from __future__ import annotations

import random

from holdpoint._core.detect.category_models import join_models, score_categories, score_with_models
from holdpoint._core.detect.learned import LearnedModel
from holdpoint._core.detect.learned_models import score_learned

_WORDS = ["kill", "you", "the", "bomb", "Brot", "пароль", "杀", "😀", "\n", "  ", "a\u0301", "12"]


def test_they_say_together_what_each_says_alone() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for size in (0, 1, 5, 80, 400, 6000):
        text = " ".join(chance.choice(_WORDS) for _ in range(size))
        for category, score in score_categories(text):
            assert score == score_learned(text, f"moderation_{category}").score


def test_there_may_be_none_of_them() -> None:
    assert score_with_models("some text", join_models([])) == []


def test_weights_of_every_bucket_count_positive_and_negative() -> None:
    cuts = [(at - 49) * 1000 for at in range(99)]
    models = [LearnedModel("test", 8, [weight] * 256, 0, cuts) for weight in (-128, 0, 127)]
    low, none, high = score_with_models("some words to read", join_models(models))
    assert low < none < high
