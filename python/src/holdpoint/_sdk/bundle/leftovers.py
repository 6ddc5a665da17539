"""What processes that were killed have left half written beside a bundle (clause S-19)."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
import uuid

from ..._core import sha256_hex
from ..._gen.tables import DEFAULT_CACHE_LEFTOVER_MS
from ..spool.disk import is_running

_TEMPORARY = re.compile(r"bundle-[0-9a-f]{16}\.json\.([0-9a-f]{16})-([0-9]{1,10})-[0-9a-f-]{36}\.tmp")


def _name_place() -> str:
    """Where a process id means what it means here: this machine, and on Linux this namespace of process ids."""
    namespace = ""
    # Other systems have none.
    with contextlib.suppress(OSError, AttributeError):
        namespace = os.readlink("/proc/self/ns/pid")
    return sha256_hex(f"{socket.gethostname()}\n{namespace}")[:16]


def name_temporary() -> str:
    """What a file that is being written ends with: whose it is can be told when that process is gone."""
    return f".{_name_place()}-{os.getpid()}-{uuid.uuid4()}.tmp"


def remove_leftovers(directory: str) -> None:
    """Removes them. Never raises: somebody else's folder or a broken disk the write itself tells of."""
    with contextlib.suppress(OSError):
        for name in os.listdir(directory):
            found = _TEMPORARY.fullmatch(name)
            if found is None:
                continue
            path = os.path.join(directory, name)
            with contextlib.suppress(OSError):
                if _is_left(path, found[1], int(found[2])):
                    os.unlink(path)


def _is_left(path: str, place: str, pid: int) -> bool:
    """Of a process elsewhere only time can tell."""
    if place == _name_place():
        return not is_running(pid)
    return (time.time() - os.stat(path).st_mtime) * 1000 > DEFAULT_CACHE_LEFTOVER_MS
