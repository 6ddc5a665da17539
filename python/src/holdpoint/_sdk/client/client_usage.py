"""Where a client counts: the program's own store, or memory, with slices of the control plane's budgets."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..bundle.envelope import VerifiedBundle
from ..clock import Clock
from ..events.emitter import Emitter
from ..transport.api import Api
from ..types import LeaseStats
from ..usage.guard import GuardedUsage
from ..usage.lease_book import LeaseBook
from ..usage.lease_lane import LeaseLane
from ..usage.leased_store import LeasedUsageStore
from ..usage.memory_store import MemoryUsageStore
from .policy_book import PolicyBook
from .settings import Settings
from .snapshot import SnapshotHolder


class ClientUsage:
    """`leases` is None without a control plane, or with a store of the program's own.

    `on_ungoverned` is told of each step that was let pass without a slice.
    """

    def __init__(
        self,
        settings: Settings,
        api: Api | None,
        snapshot: SnapshotHolder,
        policies: PolicyBook,
        emitter: Emitter,
        clock: Clock,
        on_ungoverned: Callable[[], None],
    ) -> None:
        own = GuardedUsage(settings.usage or MemoryUsageStore(clock=clock), clock)
        self.store = own
        self.leases: LeaseLane | None = None
        if api is None or settings.usage is not None:
            return
        lane = self.leases = LeaseLane(api)
        ids = _PolicyIds(policies)
        fail_open = settings.fail_mode == "open"
        lane.book = self._book = LeaseBook(
            lambda: snapshot.current.plan,
            ids.read,
            own.read,
            clock,
            lane.hurry,
            lambda: fail_open and not lane.reachable,
            on_ungoverned,
        )
        # Guarded again: a defect of a lease holds the step, it must not raise.
        self.store = GuardedUsage(LeasedUsageStore(own, lane.book), clock)
        emitter.on("sync", lambda event: lane.foresee() if event.ok else None)

    def stats(self) -> LeaseStats | None:
        """Where the leases stand."""
        if self.leases is None:
            return None
        return LeaseStats(held=len(self._book), ungoverned=self._book.ungoverned, reachable=self.leases.reachable)


class _PolicyIds:
    """The policies that the control plane knows as well: it has no budgets for those of the program."""

    def __init__(self, policies: PolicyBook) -> None:
        self._policies = policies
        self._seen: tuple[VerifiedBundle | None, Collection[str]] = (None, frozenset())

    def read(self) -> Collection[str]:
        bundle = self._policies.parts.bundle
        seen, ids = self._seen
        if bundle is not seen:
            ids = frozenset(policy.id for policy in (bundle.bundle.policies if bundle else ()))
            self._seen = (bundle, ids)
        return ids
