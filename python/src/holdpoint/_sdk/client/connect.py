"""The lanes that follow a control plane."""

from __future__ import annotations

from ..._core import Pause, decode_message, from_wire
from ..._gen.errors import AuthError
from ..._gen.tables import DEFAULT_PUSH_SPREAD_MS
from ..approvals.wakes import ApprovalWakes
from ..bundle.cache import BundleCache
from ..bundle.key_ring import KeyRing
from ..bundle.lane import BundleLane, BundleLaneSettings
from ..clock import monotonic_ms
from ..control.pause_book import PauseBook
from ..policies.describe import describe_problems
from ..transport.api import Api, member, parse_json
from ..transport.push_stream import PushStream
from .settings import Settings
from .snapshot import SnapshotHolder
from .sync import Sync


class Connection:
    """Pulls bundles and listens to pushes."""

    def __init__(
        self,
        settings: Settings,
        api: Api,
        keys: KeyRing,
        sync: Sync,
        pauses: PauseBook,
        wakes: ApprovalWakes,
        snapshot: SnapshotHolder,
    ) -> None:
        identity = f"{api.base_url}\n{settings.api_key or ''}"
        cache = BundleCache(settings.cache_dir, identity) if settings.cache_dir else None
        times = BundleLaneSettings(settings.poll_interval_ms, settings.max_staleness_ms, settings.clock)
        self._settings = settings
        self._pauses = pauses
        self._wakes = wakes
        self._snapshot = snapshot
        self._bundles = BundleLane(api, keys, cache, times, sync)
        self._stream = PushStream(api, settings.poll_interval_ms, self._hear_connection, self._hear_event)
        # Newest version that a pushed pause has named: its pull is on the way.
        self._awaited_version = 0
        self.bundle_age_ms = self._bundles.age_ms
        self.is_stale = self._bundles.is_stale

    def start(self) -> None:
        """Returns once there is a bundle or the waiting time is over.

        Raises AuthError when the key is refused and there is no plan to go on with.
        """
        self._bundles.start_from_cache()
        first = self._bundles.start(self._settings.first_bundle_timeout_ms)
        if first is not None and first.kind == "auth" and self._snapshot.current.plan is None:
            raise AuthError(f"the control plane refused the API key: {describe_problems(first.problems)}")
        if self._settings.stream:
            self._stream.start()

    def resume(self) -> None:
        """Starts the lanes again in a process that was forked: only the thread that forked lives there."""
        self._bundles.start(0)
        if self._settings.stream:
            self._stream.start()

    def stop(self) -> None:
        """Stops both lanes."""
        self._bundles.stop()
        self._stream.stop()

    def _hear_connection(self) -> None:
        """What was pushed while there was no connection has been missed."""
        self._bundles.hurry()
        self._wakes.wake()

    def _hear_event(self, name: str, data: str) -> None:
        value = parse_json(data)
        if name == "approval":
            approval_id = member(value, "id")
            self._wakes.wake(approval_id if isinstance(approval_id, str) else None)
            return
        version = member(value, "version")
        named = version if isinstance(version, int) and not isinstance(version, bool) else None
        if name == "status":
            held = self._add_pause(value, named or 0)
            if held and named is not None:
                self._awaited_version = max(self._awaited_version, named)
            self._bundles.hurry(DEFAULT_PUSH_SPREAD_MS if held else 0.0)
        known = max(self._awaited_version, self._snapshot.current.version)
        if name == "bundle" and (named is None or named > known):
            self._bundles.hurry()

    def _add_pause(self, value: object, version: int) -> bool:
        """A pushed pause holds at once (clause S-24). False when it cannot be read."""
        told = {name: item for name, item in value.items() if name != "version"} if isinstance(value, dict) else None
        pause = decode_message("Pause", told).value
        if pause is not None:
            self._pauses.add_pushed(from_wire(Pause, pause), monotonic_ms(), version)
        return pause is not None
