"""Keeps the last good bundle of a control plane in force: pull, verify, refuse what is older, compile, swap."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..._core import CompileProblem
from ..._gen.tables import MAX_BUNDLE_BYTES
from ..clock import Clock, monotonic_ms
from ..transport.api import Api
from ..transport.backoff import Backoff, add_jitter
from .cache import BundleCache, CachedBundle
from .envelope import EnvelopeError, UnsignedError, VerifiedBundle, verify_envelope
from .freshness import Freshness
from .is_older import is_older
from .key_ring import KeyRing, KeysError

Source = Literal["control-plane", "cache"]


@dataclass(frozen=True, slots=True)
class PullResult:
    """`changed`, `unchanged`, `auth` (a refused key) or `failed` (anything else that kept a bundle from coming)."""

    kind: Literal["changed", "unchanged", "auth", "failed"]
    problems: tuple[CompileProblem, ...] = ()
    after_ms: float | None = None


class BundleTarget(Protocol):
    """Where bundles go."""

    def apply_bundle(self, bundle: VerifiedBundle, asked_ms: float, source: Source) -> Sequence[CompileProblem]:
        """Compiles and swaps; with problems nothing has changed."""
        ...

    def confirm(self, asked_ms: float, was_stale: bool) -> None:
        """The bundle in force was the control plane's at `asked_ms`."""
        ...

    def fail(self, problems: Sequence[CompileProblem], source: Any) -> None:
        """Nothing changed, or nothing good came."""
        ...

    def set_deadline(self, stale_at_ms: float) -> None:
        """The monotonic time from which on what is in force is stale."""
        ...


@dataclass(frozen=True, slots=True)
class BundleLaneSettings:
    """Times in milliseconds. `max_staleness_ms`: None when a bundle holds for ever. `clock`: wall time."""

    poll_interval_ms: float
    max_staleness_ms: float | None
    clock: Clock


class BundleLane:
    """One daemon thread that pulls (clauses S-16 to S-21)."""

    def __init__(
        self, api: Api, keys: KeyRing, cache: BundleCache | None, settings: BundleLaneSettings, target: BundleTarget
    ) -> None:
        self._api = api
        self._keys = keys
        self._cache = cache
        self._settings = settings
        self._target = target
        self._backoff = Backoff()
        self._held: VerifiedBundle | None = None
        # That was signed, in force or not: an older one must not lift the pauses of one that does not compile.
        self._newest: VerifiedBundle | None = None
        self._etag: str | None = None
        self._kept: CachedBundle | None = None
        self._kept_at_ms = -math.inf
        # What is on disk is none of ours, of a server with another key say.
        self._is_cache_worthless = False
        self._last_told: tuple[CompileProblem, ...] = ()
        self._stopped = False
        self._first: PullResult | None = None
        self._first_done = threading.Event()
        self._changed = threading.Condition()
        # When somebody wants the next pull at the latest.
        self._wanted_ms = math.inf
        self._freshness = Freshness(settings.max_staleness_ms, target.set_deadline, self._tell_stale, self.hurry)
        self.age_ms = self._freshness.age_ms
        self.is_stale = self._freshness.is_stale

    def start_from_cache(self) -> None:
        """Takes the last good bundle from disk. Never raises."""
        cached = self._cache.read() if self._cache else None
        if cached is None:
            return
        self._keys.remember(cached.keys)
        result = self._accept(cached.envelope, -math.inf, "cache")
        if result.kind == "changed":
            self._etag = _read_etag(cached.etag)
            self._kept = cached
            # Whichever way the wall clock has jumped since, the distance is an age.
            confirmed_ms = math.nan if cached.confirmed_ms is None else cached.confirmed_ms
            self._freshness.confirm(abs(self._now_ms() - confirmed_ms))
        elif result.problems:
            self._is_cache_worthless = True
            self._target.fail(result.problems, "cache")

    def start(self, wait_ms: float) -> PullResult | None:
        """Starts pulling; the first result, or None when it takes longer than that."""
        self._freshness.start()
        threading.Thread(target=self._run, name="holdpoint-bundle", daemon=True).start()
        self._first_done.wait(wait_ms / 1000)
        return self._first

    def hurry(self, within_ms: float = 0.0) -> None:
        """Pulls because something has changed: at once, or at a random moment of the second half of a time."""
        with self._changed:
            if within_ms > 0 and self._wanted_ms < math.inf:
                return
            spread_ms = within_ms * (1 + random.random()) / 2  # noqa: S311 - spreads pulls
            self._wanted_ms = min(self._wanted_ms, monotonic_ms() + spread_ms)
            self._changed.notify_all()

    def stop(self) -> None:
        """Stops pulling."""
        self._freshness.stop()
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._first_done.set()

    def _run(self) -> None:
        while not self._stopped:
            with self._changed:
                self._wanted_ms = math.inf
            try:
                result = self._pull()
            except Exception as error:  # noqa: BLE001 - the lane must outlive a defect
                result = _fail(f"the bundle could not be taken: {type(error).__name__}")
            if self._stopped:
                return
            self._report(result)
            self._first = self._first or result
            self._first_done.set()
            due_ms = monotonic_ms() + self._delay_after(result)
            with self._changed:
                while not self._stopped and (left_ms := min(due_ms, self._wanted_ms) - monotonic_ms()) > 0:
                    self._changed.wait(left_ms / 1000)

    def _pull(self) -> PullResult:
        asked_ms = monotonic_ms()
        headers = {} if self._etag is None else {"if-none-match": self._etag}
        answer = self._api.call("GET", "/api/v1/sdk/bundle", headers=headers, max_bytes=MAX_BUNDLE_BYTES)
        if answer.outcome == "unchanged" and self._etag is not None:
            self._confirm(asked_ms, is_new=False)
            if self._kept is not None:
                self._keep(self._kept.envelope)
            return PullResult("unchanged")
        if answer.outcome != "ok":
            problem = CompileProblem("", f"the bundle was {answer.problem or 'called unchanged before there was one'}")
            kind: Literal["auth", "failed"] = "auth" if answer.outcome == "auth" else "failed"
            return PullResult(kind, (problem,), answer.retry_after_ms)
        result = self._accept(answer.text, asked_ms, "control-plane")
        if result.kind in ("changed", "unchanged"):
            self._etag = _read_etag(answer.headers.get("etag"))
            self._confirm(asked_ms, is_new=result.kind == "changed")
            self._keep(answer.text)
        return result

    def _accept(self, envelope: str, asked_ms: float, source: Source) -> PullResult:
        """Checks one envelope against what is held, and puts it in force."""
        try:
            keys = self._keys.known() if source == "cache" else self._keys.load()
            try:
                read = verify_envelope(envelope, keys)
            except UnsignedError:
                # The control plane may have another key by now.
                if source == "cache" or not self._keys.renew():
                    raise
                read = verify_envelope(envelope, self._keys.known())
        except KeysError as error:
            return PullResult("auth" if error.refused else "failed", (CompileProblem("", error.problem),))
        except EnvelopeError as error:
            return _fail(str(error))
        if self._stopped:
            return PullResult("unchanged")
        # What stands between us and the server may give us somebody else's answer, signed by the same key.
        if self._held and read.bundle.organization_id != self._held.bundle.organization_id:
            return _fail("the bundle is not of the organisation whose bundle is in force")
        if self._newest and is_older(read.bundle, self._newest.bundle):
            older, newest = read.bundle.version, self._newest.bundle.version
            return _fail(f"bundle version {older} is older than {newest}, which has come before")
        self._newest = read
        if self._held and self._held.payload == read.payload:
            return PullResult("unchanged")
        problems = self._target.apply_bundle(read, asked_ms, source)
        if problems:
            # Nobody may call the one in force unchanged any more.
            self._etag = None
            return PullResult("failed", tuple(problems))
        self._held = read
        return PullResult("changed")

    def _confirm(self, asked_ms: float, *, is_new: bool) -> None:
        if self._stopped:
            return
        was_stale = self._freshness.is_stale() and not is_new
        self._freshness.confirm()
        self._target.confirm(asked_ms, was_stale)

    def _keep(self, envelope: str) -> None:
        """Writes the bundle in force, or when it was confirmed, so that the next start knows how old it is."""
        kept, limit_ms = self._kept, self._settings.max_staleness_ms
        if self._cache is None or self._held is None or self._stopped:
            return
        known = kept is not None and (kept.envelope, kept.etag) == (envelope, self._etag)
        if known and monotonic_ms() - self._kept_at_ms < (math.inf if limit_ms is None else limit_ms / 10):
            return
        bundle = self._held.bundle
        confirmed = (self._keys.known(), self._now_ms())
        self._kept = CachedBundle(envelope, self._etag, *confirmed, bundle.version, bundle.issued_at)
        self._kept_at_ms = monotonic_ms()
        self._cache.write(self._kept, overwrites=self._is_cache_worthless)
        self._is_cache_worthless = False

    def _now_ms(self) -> float:
        try:
            return float(self._settings.clock())
        except Exception:  # noqa: BLE001 - a clock of the program's own
            return math.nan

    def _delay_after(self, result: PullResult) -> float:
        if result.kind == "failed":
            return self._backoff.next_ms(result.after_ms)
        self._backoff.reset()
        poll = add_jitter(self._settings.poll_interval_ms)
        return max(poll, result.after_ms or 0) if result.kind == "auth" else poll

    def _report(self, result: PullResult) -> None:
        """The same failure is told once, not at every poll."""
        if result.problems and result.problems != self._last_told:
            self._target.fail(result.problems, "control-plane")
        self._last_told = result.problems

    def _tell_stale(self) -> None:
        message = f"the bundle in force was not confirmed for {self._settings.max_staleness_ms:.0f} ms"
        self._target.fail((CompileProblem("", message),), "control-plane")
        self._last_told = ()


def _fail(message: str) -> PullResult:
    return PullResult("failed", (CompileProblem("", message),))


def _read_etag(etag: str | None) -> str | None:
    """Others (RFC 9110 allows any byte) cannot be sent back as they came: the whole bundle is asked for then."""
    return etag if etag and etag.isascii() and etag.isprintable() else None
