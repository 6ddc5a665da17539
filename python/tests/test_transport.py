"""What an answer means, and how long to wait before the next attempt: as in TypeScript."""

import random

import pytest

from holdpoint._gen.tables import DEFAULT_RETRY_BASE_MS, DEFAULT_RETRY_CAP_MS
from holdpoint._sdk.transport.backoff import Backoff, add_jitter
from holdpoint._sdk.transport.http_outcome import read_retry_after_ms

NOW_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("2", 2000),
        ("Thu, 01 Jan 2026 00:00:03 GMT", 3000),
        ("86400", 5000),
        ("Thu, 01 Jan 2015 00:00:03 GMT", 0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_followed_in_seconds_or_as_a_date_at_most_to_the_cap(
    header: str | None, expected: float | None
) -> None:
    assert read_retry_after_ms(header, NOW_MS, 5000) == expected


def test_waits_double_up_to_the_cap_and_are_never_less_than_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 1.0)
    backoff = Backoff()
    assert [backoff.next_ms(), backoff.next_ms()] == [DEFAULT_RETRY_BASE_MS, 2 * DEFAULT_RETRY_BASE_MS]
    for _ in range(2000):
        backoff.next_ms()
    assert backoff.next_ms() == DEFAULT_RETRY_CAP_MS
    assert backoff.next_ms(DEFAULT_RETRY_CAP_MS + 1) == DEFAULT_RETRY_CAP_MS + 1
    backoff.reset()
    assert backoff.next_ms() == DEFAULT_RETRY_BASE_MS


def test_a_poll_is_spread_around_its_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    spread = []
    for chance in (0.0, 0.5):
        monkeypatch.setattr(random, "random", lambda chance=chance: chance)
        spread.append(add_jitter(1000))
    assert spread == [900, 1000]
