"""The one place where what arrives becomes what is enforced."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..._core import Agent, CompileProblem, Plan
from ..bundle.envelope import VerifiedBundle
from ..bundle.lane import Source
from ..control.pause_book import PauseBook
from ..events.emitter import Emitter
from ..policies.file import FileResult
from ..policies.source import PolicySource
from ..types import SyncEvent, SyncSource
from .policy_book import PolicyBook
from .snapshot import BundleInForce, SnapshotHolder

Problems = Sequence[CompileProblem]


class Sync:
    """Every method tells listeners how it went, and gives back problems (none: it is in force). None raises."""

    def __init__(
        self,
        book: PolicyBook,
        snapshot: SnapshotHolder,
        pauses: PauseBook,
        emitter: Emitter,
        warn: Callable[[Plan | None], Problems] = lambda _: (),
    ) -> None:
        # What does not work about a plan that is in force all the same.
        self._warn = warn
        self._book = book
        self._snapshot = snapshot
        self._pauses = pauses
        self._emitter = emitter
        self._lock = threading.RLock()
        self.last: SyncEvent | None = None

    def apply_local(self, source: PolicySource) -> Problems:
        """Policies that the program was started with."""
        return self._change({}, local=source)

    def apply_file(self, result: FileResult) -> None:
        """A policy file that has changed."""
        problems: Problems = result.problems
        if result.source is not None:
            problems = self._change({}, local=result.source)
        self._tell("file", problems)

    def apply_bundle(self, bundle: VerifiedBundle, asked_ms: float, source: Source) -> Problems:
        """A verified bundle. A pause must not wait for policies that do not compile."""
        self._pauses.set_remote(bundle.bundle.pauses, asked_ms, bundle.bundle.version)
        in_force = BundleInForce(bundle.bundle.organization_id, bundle.digest)
        problems = self._change({"version": bundle.bundle.version, "bundle": in_force}, bundle=bundle)
        if not problems:
            self._tell(source, ())
        return problems

    def confirm(self, asked_ms: float, was_stale: bool) -> None:
        """The bundle in force was the control plane's at `asked_ms`.

        `was_stale` says that it could not be relied on before.
        """
        self._pauses.confirm_remote(asked_ms, self._snapshot.current.version)
        if was_stale:
            self._tell("control-plane", ())

    def set_deadline(self, stale_at_ms: float) -> None:
        """The monotonic time from which on the plan may not be relied on any more."""
        self._snapshot.change(stale_at_ms=stale_at_ms)

    def add_agent(self, agent: Agent) -> Problems:
        """An agent, new or changed. Before the first policies knowing one is no reason to have a plan."""
        with self._lock:
            others = [one for one in self._book.parts.agents if one.agent_id != agent.agent_id]
            planned = self._snapshot.current.plan is not None
            plan, problems = self._book.change(agents=(*others, agent))
            if plan is not None and planned:
                self._snapshot.change(plan=plan)
            return () if plan is not None else problems

    def fail(self, problems: Problems, source: Any) -> None:
        """Nothing changed."""
        self._tell(source, problems)

    def _change(self, change: dict[str, Any], **parts: Any) -> Problems:
        with self._lock:
            plan: Plan | None
            plan, problems = self._book.change(**parts)
            if plan is None:
                return problems
            self._snapshot.change(plan=plan, **change)
            return ()

    def _tell(self, source: SyncSource, problems: Problems) -> None:
        current = self._snapshot.current
        digest = current.plan.digest if current.plan else None
        shown = problems or self._warn(current.plan)
        self.last = SyncEvent(not problems, source, current.version, digest, tuple(shown))
        self._emitter.emit("sync", self.last)
