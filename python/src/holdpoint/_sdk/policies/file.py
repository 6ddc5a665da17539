"""One policy file: read, and followed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..._core import CompileProblem, sha256_hex
from ..._gen.tables import DEFAULT_POLL_INTERVAL_MS, MAX_POLICY_FILE_BYTES
from .source import PolicySource, SourceError, read_policy_text

Stamp = tuple[int, int, int]

_UNREAD = "cannot be read: "


@dataclass(frozen=True, slots=True)
class FileResult:
    """What a file holds now: a source, or (None) what is wrong. `digest` is that of the content or of the problem."""

    source: PolicySource | None
    problems: tuple[CompileProblem, ...]
    digest: str


def read_policy_file(path: str, known_digest: str | None = None) -> FileResult | None:
    """One policy file; None when it is as it was. Never raises."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_POLICY_FILE_BYTES + 1)
        if len(content) > MAX_POLICY_FILE_BYTES:
            raise ValueError(f"it has more than {MAX_POLICY_FILE_BYTES} bytes")
        digest = sha256_hex(content)
        if digest == known_digest:
            return None
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        message = f"{_UNREAD}{_describe_read_error(error)}"
        if message == known_digest:
            return None
        return FileResult(None, (CompileProblem("", message, None, path),), message)
    try:
        return FileResult(read_policy_text(text, path), (), digest)
    except SourceError as error:
        return FileResult(None, error.problems, digest)


def _describe_read_error(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "it is a directory"
    if isinstance(error, PermissionError):
        return "no permission"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, ValueError):
        return str(error)
    return type(error).__name__


class FileWatcher:
    """Follows one file by its stamp (time, size, identity): a rename and a switched link are seen.

    Changes within the debounce time are one change; a steady stream of them is still looked at every ten. What could
    not be read is tried again every `retry_ms`, changed or not: a share that is back, a right given.
    """

    def __init__(
        self,
        path: str,
        digest: str,
        debounce_ms: float,
        on_result: Callable[[FileResult], None],
        retry_ms: float = DEFAULT_POLL_INTERVAL_MS,
    ) -> None:
        self._path = path
        self._digest = digest
        self._debounce_s = debounce_ms / 1000
        self._on_result = on_result
        self._retry_s = retry_ms / 1000
        self._stopped = threading.Event()

    def start(self) -> None:
        """Starts looking in the background."""
        threading.Thread(target=self._run, name="holdpoint-file", daemon=True).start()

    def stop(self) -> None:
        """Stops looking."""
        self._stopped.set()

    def _run(self) -> None:
        # Unknown at first: what changed before the first look is looked at as well.
        last: Stamp | None = None
        pending = 1
        retry_at = 0.0
        while not self._stopped.wait(self._debounce_s):
            stamp = _stamp_of(self._path)
            changed = stamp != last
            last = stamp
            is_due = self._digest.startswith(_UNREAD) and time.monotonic() >= retry_at
            if not changed and not pending and not is_due:
                continue
            pending += 1
            if changed and pending <= 10:
                continue
            pending = 0
            self._reload()
            retry_at = time.monotonic() + self._retry_s

    def _reload(self) -> None:
        result = read_policy_file(self._path, self._digest)
        if result is None or self._stopped.is_set():
            return
        self._digest = result.digest
        self._on_result(result)


def _stamp_of(path: str) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
