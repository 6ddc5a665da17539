"""Records that nobody will take, kept for a human (clause S-7)."""

from __future__ import annotations

import json
import os
import threading
import uuid

from ..._gen.tables import DEFAULT_SPOOL_SET_ASIDE_CHARS
from .disk import Disk, GrowingFile


class SetAside:
    """One JSON line each, `{reason, record}`, in a file that is made when it is needed. Never raises."""

    def __init__(self, disk: Disk, root: str) -> None:
        self._disk = disk
        self._path = os.path.join(root, f"set-aside-{uuid.uuid4()}.jsonl")
        self._lock = threading.Lock()
        self._file: GrowingFile | None = None
        self._chars = 0
        self.count = 0

    def add(self, record: str, reason: str) -> None:
        """Keeps one, while there is room: the file is for looking into what went wrong, not to fill the disk."""
        with self._lock:
            self.count += 1
            if self._chars > DEFAULT_SPOOL_SET_ASIDE_CHARS:
                return
            self._chars += len(record)
            try:
                self._file = self._file or self._disk.create(self._path)
                self._file.append((json.dumps({"reason": reason, "record": record}) + "\n").encode())
            except OSError:
                return

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
