"""Reports spend and draws slices, one call at a time, away from the path of a decision."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

from ..._gen.tables import DEFAULT_LEASE_RENEW_MS, MAX_LEASES
from ..transport.api import Api, member, parse_json
from ..transport.backoff import Backoff, add_jitter
from .lease_book import Lease, LeaseAnswer, LeaseBook, LeaseReport


class LeaseLane:
    """One daemon thread, started when there is something to ask."""

    def __init__(self, api: Api) -> None:
        self.book: LeaseBook | None = None
        self.reachable = True
        self._api = api
        self._backoff = Backoff()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._wanted = 0
        self._tried = 0
        self._holder_id = str(uuid.uuid4())
        self._sequence = 0

    def hurry(self) -> None:
        """Asks soon; while the control plane cannot be reached, when its turn comes."""
        with self._changed:
            self._wanted += 1
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="holdpoint-leases", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def foresee(self) -> None:
        """Begins to hold what new policies name."""
        if self.book is not None and not self._closed:
            self.book.foresee()

    def ready(self, timeout_ms: float) -> None:
        """Returns when what is wanted now was answered or could not be, or the time is over."""
        self.foresee()
        with self._changed:
            if self._thread is not None:
                wanted = self._wanted
                self._changed.wait_for(lambda: self._closed or self._tried >= wanted, timeout_ms / 1000)

    def close(self, timeout_ms: float) -> None:
        """Reports and gives everything back, within the time. Never raises."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout_ms / 1000)

    def after_fork(self) -> None:
        """In the new process: another holder, with nothing held."""
        self._changed = threading.Condition()
        self._thread = None
        self._wanted = self._tried = self._sequence = 0
        self._holder_id = str(uuid.uuid4())
        if self.book is not None:
            self.book.forget()

    def _run(self) -> None:
        while True:
            with self._changed:
                wanted, closing = self._wanted, self._closed
            try:
                failed_ms = self._round(closing)
            except Exception:  # noqa: BLE001 - the lane must outlive a defect
                failed_ms = 0.0
                self.reachable = False
            if closing:
                return
            if failed_ms is None:
                self._backoff.reset()
                wait_ms = add_jitter(DEFAULT_LEASE_RENEW_MS)
            else:
                wait_ms = self._backoff.next_ms(failed_ms)
            self._wait(wanted, wait_ms)

    def _wait(self, wanted: int, wait_ms: float) -> None:
        """A failure is waited out; otherwise a new wish comes at once."""
        until = time.monotonic() + wait_ms / 1000
        with self._changed:
            self._tried = wanted
            self._changed.notify_all()
            while not self._closed and not (self.reachable and self._wanted > wanted):
                left = until - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(left)

    def _round(self, closing: bool) -> float | None:
        """All that there is to report; the least time to wait, when it did not go through."""
        book = self.book
        if book is None:
            return None
        if not closing:
            book.foresee()
        lines = book.list(closing)
        for start in range(0, len(lines), MAX_LEASES):
            failed_ms = self._send(book, lines[start : start + MAX_LEASES])
            if failed_ms is not None:
                return failed_ms
        return None

    def _send(self, book: LeaseBook, lines: Sequence[tuple[Lease, LeaseReport]]) -> float | None:
        body = {
            "holderId": self._holder_id,
            "sequence": self._sequence,
            "leases": [dict(report) for _, report in lines],
        }
        self._sequence += 1
        answer = self._api.call("POST", "/api/v1/usage/leases", body=body)
        answers = _read_answers(answer.text, len(lines)) if answer.outcome == "ok" else None
        self.reachable = answers is not None
        if answers is None:
            return answer.retry_after_ms or 0
        for (lease, report), one in zip(lines, answers, strict=True):
            book.take(lease, report, one)
        return None


def _read_answers(text: str, count: int) -> list[LeaseAnswer] | None:
    leases = member(parse_json(text), "data", "leases")
    if not isinstance(leases, list) or len(leases) != count:
        return None
    read = [_read_answer(one) for one in leases]
    return [one for one in read if one is not None] if None not in read else None


def _read_answer(value: Any) -> LeaseAnswer | None:
    amounts = [member(value, name) for name in ("grantedMicros", "othersMicros", "availableMicros")]
    good = all(isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0 for amount in amounts)
    return LeaseAnswer(*amounts) if good else None
