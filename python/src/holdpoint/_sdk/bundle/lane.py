"""Keeps the last good bundle of a control plane in force: pull, verify, refuse what is older, compile, swap."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..._core import CompileProblem, parse_instant
from ..._gen.tables import MAX_BUNDLE_BYTES
from ..clock import monotonic_ms
from ..transport.api import Api
from ..transport.backoff import Backoff, add_jitter
from .cache import BundleCache, CachedBundle
from .envelope import EnvelopeError, VerifiedBundle, verify_envelope
from .key_ring import KeyRing, KeysError

Source = Literal["control-plane", "cache"]


@dataclass(frozen=True, slots=True)
class PullResult:
    """`changed`, `unchanged`, `auth` (a refused key) or `failed` (anything else that kept a bundle from coming)."""

    kind: Literal["changed", "unchanged", "auth", "failed"]
    problem: str = ""
    after_ms: float | None = None


class BundleTarget(Protocol):
    """Where bundles go."""

    def apply_bundle(self, bundle: VerifiedBundle, asked_ms: float, source: Source) -> Sequence[CompileProblem]:
        """Compiles and swaps; with problems nothing has changed."""
        ...

    def fail(self, problems: Sequence[CompileProblem], source: Any) -> None:
        """Nothing changed, or nothing good came."""
        ...


class BundleLane:
    """One daemon thread that pulls."""

    def __init__(
        self, api: Api, keys: KeyRing, cache: BundleCache | None, poll_interval_ms: float, target: BundleTarget
    ) -> None:
        self._api = api
        self._keys = keys
        self._cache = cache
        self._poll_interval_ms = poll_interval_ms
        self._target = target
        self._backoff = Backoff()
        self._held: VerifiedBundle | None = None
        self._etag: str | None = None
        self._last_problem = ""
        self._stopped = False
        self._first: PullResult | None = None
        self._first_done = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="holdpoint-bundle", daemon=True)

    def start_from_cache(self) -> None:
        """Takes the last good bundle from disk. Never raises."""
        cached = self._cache.read() if self._cache else None
        if cached is None:
            return
        self._keys.remember(cached.keys)
        result = self._accept(cached.envelope, -math.inf, "cache")
        if result.kind == "changed":
            self._etag = cached.etag
        elif result.problem:
            self._target.fail([CompileProblem("", result.problem)], "cache")

    def start(self, wait_ms: float) -> PullResult | None:
        """Starts pulling; the first result, or None when it takes longer than that."""
        self._thread.start()
        self._first_done.wait(wait_ms / 1000)
        return self._first

    def hurry(self) -> None:
        """Pulls soon, because something has changed."""
        self._wake.set()

    def stop(self) -> None:
        """Stops pulling."""
        self._stopped = True
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.clear()
            try:
                result = self._pull()
            except Exception as error:  # noqa: BLE001 - the lane must outlive a defect
                result = PullResult("failed", f"the bundle could not be taken: {type(error).__name__}")
            if self._stopped:
                break
            self._report(result)
            self._first = self._first or result
            self._first_done.set()
            self._wake.wait(self._delay_after(result) / 1000)
        self._first_done.set()

    def _pull(self) -> PullResult:
        asked_ms = monotonic_ms()
        headers = {} if self._etag is None else {"if-none-match": self._etag}
        answer = self._api.call("GET", "/api/v1/sdk/bundle", headers=headers, max_bytes=MAX_BUNDLE_BYTES)
        if answer.outcome == "unchanged":
            return PullResult("unchanged")
        if answer.outcome != "ok":
            kind: Literal["auth", "failed"] = "auth" if answer.outcome == "auth" else "failed"
            return PullResult(kind, f"the bundle was {answer.problem}", answer.retry_after_ms)
        result = self._accept(answer.text, asked_ms, "control-plane")
        if result.kind in ("changed", "unchanged"):
            self._etag = answer.headers.get("etag")
        if result.kind == "changed" and self._cache:
            self._cache.write(CachedBundle(answer.text, self._etag, self._keys.known()))
        return result

    def _accept(self, envelope: str, asked_ms: float, source: Source) -> PullResult:
        """Checks one envelope against what is held, and puts it in force."""
        try:
            keys = self._keys.known() if source == "cache" else self._keys.load()
            read = verify_envelope(envelope, keys)
        except KeysError as error:
            return PullResult("auth" if error.refused else "failed", error.problem)
        except EnvelopeError as error:
            return PullResult("failed", str(error))
        if self._stopped or (self._held and self._held.payload == read.payload):
            return PullResult("unchanged")
        if self._held and _is_older(read, self._held):
            older, held = read.bundle.version, self._held.bundle.version
            return PullResult("failed", f"bundle version {older} is older than {held}, which is in force")
        problems = self._target.apply_bundle(read, asked_ms, source)
        if problems:
            self._target.fail(problems, source)
            return PullResult("failed")
        self._held = read
        return PullResult("changed")

    def _delay_after(self, result: PullResult) -> float:
        if result.kind == "failed":
            return self._backoff.next_ms(result.after_ms)
        self._backoff.reset()
        poll = add_jitter(self._poll_interval_ms)
        return max(poll, result.after_ms or 0) if result.kind == "auth" else poll

    def _report(self, result: PullResult) -> None:
        """The same failure is told once, not at every poll."""
        if result.problem and result.problem != self._last_problem:
            self._target.fail([CompileProblem("", result.problem)], "control-plane")
        self._last_problem = result.problem


def _is_older(read: VerifiedBundle, held: VerifiedBundle) -> bool:
    """A server that was upgraded writes the same version anew: then the later one counts."""
    if read.bundle.version != held.bundle.version:
        return read.bundle.version < held.bundle.version
    return not parse_instant(read.bundle.issued_at) >= parse_instant(held.bundle.issued_at)
