"""What clients do when their process ends or is forked."""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from typing import Protocol

from ..clock import monotonic_ms
from ..fork_gate import fork_gate
from .renew_locks import renew_module_locks, renew_own_locks


class Lives(Protocol):
    """A client that is open."""

    def end(self, timeout_ms: float) -> None:
        """The process ends: everything that is queued goes where it is safe. Never raises."""
        ...

    def exit_timeout_ms(self) -> float:
        """How long that may take."""
        ...

    def resume(self) -> None:
        """The process was forked: only the thread that forked lives here. Never raises."""
        ...


_open: dict[int, Lives] = {}
# Whatever else has locks.
_owners: weakref.WeakSet[object] = weakref.WeakSet()


def watch(client: Lives) -> None:
    """Ends a client with its process, unless it is closed before."""
    _open[id(client)] = client
    _end_with_worker(client)


def forget(client: Lives) -> None:
    """The client is closed."""
    _open.pop(id(client), None)


def renew_when_forked(owner: object) -> None:
    """Its own locks are new ones in a process that is forked, for no client leads to it."""
    _owners.add(owner)


def _end_all() -> None:
    """All together have the time of the most patient one."""
    clients = list(_open.values())
    deadline = monotonic_ms() + max((client.exit_timeout_ms() for client in clients), default=0)
    for client in clients:
        client.end(max(1.0, min(client.exit_timeout_ms(), deadline - monotonic_ms())))
    # The interpreter stops the threads that are left, and RE2 does not bear that: then the whole process is aborted.
    fork_gate.close()


def _resume_all() -> None:
    renew_module_locks()
    for owner in list(_owners):
        renew_own_locks(owner)
    for client in list(_open.values()):
        client.resume()
    utilities = sys.modules.get("multiprocessing.util")
    if utilities is not None:
        for client in list(_open.values()):
            # A worker forgets what its parent wanted to do at its end, then asks those who were forked.
            utilities.register_after_fork(client, _end_with_worker)


def _end_with_worker(client: Lives) -> None:
    """A worker of multiprocessing ends without a word to `atexit`."""
    utilities = sys.modules.get("multiprocessing.util")
    if utilities is not None:
        utilities.Finalize(client, _end_one, args=(weakref.ref(client),), exitpriority=10)


def _end_one(reference: weakref.ref[Lives]) -> None:
    client = reference()
    if client is not None and id(client) in _open:
        client.end(client.exit_timeout_ms())


atexit.register(_end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_resume_all)
