"""All that the spool knows of the disk."""

from __future__ import annotations

import os
import socket
from typing import Protocol


class GrowingFile(Protocol):
    """A file that only grows. Written by one at a time."""

    def append(self, data: bytes) -> None:
        """Raises OSError when not all of it could be written; what was is then not undone."""
        ...

    def sync(self) -> None:
        """Returns when what was appended would survive a power cut. Raises OSError."""
        ...

    def close(self) -> None:
        """Never raises."""
        ...


# By process: one that was forked uses none of its parent's.
_names_in_use: dict[int, set[str]] = {}


class Disk:
    """Directories and growing files of this machine. All raise OSError."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.host = socket.gethostname()
        # Names that clients of this very process write under: there may be several of one control plane.
        self.names_in_use = _names_in_use.setdefault(self.pid, set())

    def make(self, path: str) -> None:
        """A directory that only its owner may read."""
        os.makedirs(path, mode=0o700, exist_ok=True)

    def list(self, path: str) -> list[str]:
        """Names, in any order; none when there is no such directory."""
        try:
            return os.listdir(path)
        except FileNotFoundError:
            return []

    def create(self, path: str) -> GrowingFile:
        """A new file that only its owner may read; raises when there is one."""
        return _File(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | _BINARY, 0o600))

    def read_at(self, path: str, offset: int, length: int) -> bytes:
        """At most so many bytes from there."""
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(offset)
            parts: list[bytes] = []
            left = min(length, max(0, size - offset))
            while left > 0 and (part := file.read(left)):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)

    def size_of(self, path: str) -> int:
        """Bytes of a file; 0 when there is none."""
        try:
            return os.stat(path).st_size
        except OSError:
            return 0

    def is_there(self, path: str) -> bool:
        """Whether a file can still be found: one that was removed takes what is written as if nothing were wrong."""
        return os.path.exists(path)

    def remove(self, path: str) -> None:
        """Removes a file, or an empty directory; nothing when there is none."""
        try:
            os.unlink(path)
        except FileNotFoundError:
            return
        except (IsADirectoryError, PermissionError):
            os.rmdir(path)

    def rename(self, old: str, new: str) -> bool:
        """Atomic. False when it is not there: somebody else was faster."""
        try:
            os.rename(old, new)
        except FileNotFoundError:
            return False
        return True

    def touch(self, path: str, text: str) -> None:
        """Writes a small file anew."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)

    def is_running(self, pid: int) -> bool:
        """True when the process runs on this machine, as far as can be told."""
        return is_running(pid)


def is_running(pid: int) -> bool:
    """True when the process runs on this machine, as far as can be told."""
    if os.name == "nt":
        # There signal 0 ends the process that is asked for; time has to tell instead.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


_BINARY: int = getattr(os, "O_BINARY", 0)
_sync = getattr(os, "fdatasync", os.fsync)


class _File:
    def __init__(self, handle: int) -> None:
        # An object that closes itself, also in a process that was forked and knows nothing of it.
        self._file = os.fdopen(handle, "wb", buffering=0)

    def append(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._file.fileno(), view) :]

    def sync(self) -> None:
        _sync(self._file.fileno())

    def close(self) -> None:
        try:
            self._file.close()
        except OSError:
            return
