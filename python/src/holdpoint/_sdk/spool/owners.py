"""Who owns which directory of a spool (clause S-2)."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import uuid
from collections.abc import Callable

from ..._gen.tables import DEFAULT_SPOOL_ADOPT_AFTER_MS
from ..clock import monotonic_ms
from ..transport.api import member, parse_json
from .disk import Disk

_ALIVE = ".alive"
_MAX_LIFE_BYTES = 4096
_OWNED = re.compile(r"[0-9]+-[0-9a-f-]{36}(\+[0-9]+)?")


class Owners:
    """Each process owns a directory of its own, and takes over those of processes that ended. For one thread."""

    def __init__(self, disk: Disk, root: str, now_ms: Callable[[], float] = monotonic_ms) -> None:
        self._disk = disk
        self._root = root
        self._now_ms = now_ms
        # Directories that this process has written.
        self._mine: list[str] = []
        self._name = ""
        self._rename_self()
        self._beats = 0
        self._beat_at_ms = -math.inf
        self._taken = 0
        # Lives of others as last seen, and since when, by this process's own clock: wall clocks jump.
        self._seen: dict[str, tuple[str, float]] = {}

    def own(self) -> str:
        """This process's own directory; another one after a pause so long that somebody may have taken the first."""
        if self._renew() or self._beats == 0:
            self._write_life()
        path = os.path.join(self._root, self._name)
        self._disk.make(path)
        return path

    def beat(self) -> list[str]:
        """Says that this process lives, and takes over what belongs to nobody: the directories taken. Never raises."""
        try:
            self._renew()
            self._write_life()
            return self._adopt_all()
        except OSError:
            return []

    def is_own(self, path: str) -> bool:
        """Whether a path lies in a directory that this process has written itself."""
        return os.path.dirname(path) in self._mine

    def leave(self) -> None:
        """Says that this process is done with it. Never raises."""
        for path in (os.path.join(self._root, self._name), self._life_path(self._name)):
            # The directory goes only when nothing is left in it.
            with contextlib.suppress(OSError):
                self._disk.remove(path)
        self._disk.names_in_use.discard(self._name)

    def _rename_self(self) -> None:
        self._disk.names_in_use.discard(self._name)
        self._name = f"{self._disk.pid}-{uuid.uuid4()}"
        self._disk.names_in_use.add(self._name)
        self._mine.append(os.path.join(self._root, self._name))

    def _renew(self) -> bool:
        """After a silence in which others may have taken the directory, another one is begun."""
        late = self._beats > 0 and self._now_ms() - self._beat_at_ms > DEFAULT_SPOOL_ADOPT_AFTER_MS
        if late:
            self._rename_self()
        return late

    def _write_life(self) -> None:
        self._beats += 1
        life = {"pid": self._disk.pid, "host": self._disk.host, "beat": self._beats}
        self._disk.make(self._root)
        self._disk.touch(self._life_path(self._name), json.dumps(life))
        self._beat_at_ms = self._now_ms()

    def _life_path(self, owner: str) -> str:
        return os.path.join(self._root, owner + _ALIVE)

    def _adopt_all(self) -> list[str]:
        owned = [name for name in self._disk.list(self._root) if _OWNED.fullmatch(name)]
        adopted: list[str] = []
        for owner in sorted({_owner_of(name) for name in owned} - self._disk.names_in_use):
            if not self._is_gone(owner):
                continue
            for name in sorted(name for name in owned if _owner_of(name) == owner):
                self._taken += 1
                target = os.path.join(self._root, f"{self._name}+{self._taken}")
                if self._disk.rename(os.path.join(self._root, name), target):
                    adopted.append(target)
            self._disk.remove(self._life_path(owner))
            self._seen.pop(owner, None)
        return adopted

    def _is_gone(self, owner: str) -> bool:
        try:
            text = self._disk.read_at(self._life_path(owner), 0, _MAX_LIFE_BYTES).decode("utf-8", "replace")
        except FileNotFoundError:
            # It has said that it is done with it.
            return True
        except OSError:
            text = ""
        now_ms = self._now_ms()
        before = self._seen.get(owner)
        if before is None or before[0] != text:
            before = self._seen[owner] = (text, now_ms)
        quiet_ms = now_ms - before[1]
        life = parse_json(text)
        pid, host = member(life, "pid"), member(life, "host")
        if isinstance(pid, int) and host == self._disk.host:
            if pid == self._disk.pid or not self._disk.is_running(pid):
                return True
            # The number may have gone to another process; give the owner ample time, it may only be suspended.
            return quiet_ms > 10 * DEFAULT_SPOOL_ADOPT_AFTER_MS
        return quiet_ms > DEFAULT_SPOOL_ADOPT_AFTER_MS


def _owner_of(name: str) -> str:
    return name.partition("+")[0]
