"""The last good bundle, on disk (clause S-19)."""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

from ..._core import sha256_hex
from ..._gen.tables import MAX_BUNDLE_BYTES
from ..transport.api import member, parse_json
from ..types import BundleKey
from .is_older import is_older
from .key_ring import read_keys
from .leftovers import name_temporary, remove_leftovers


@dataclass(frozen=True, slots=True)
class CachedBundle:
    """An envelope as it was received, with the keys that were trusted then.

    `confirmed_ms`: wall time when the control plane last confirmed it; None in a file from before that was kept.
    `version`, `issued_at`: of the bundle; 0 in a file that does not say it.
    """

    envelope: str
    etag: str | None
    keys: Sequence[BundleKey]
    confirmed_ms: float | None
    version: int
    issued_at: str


class BundleCache:
    """One file for one control plane and key, so that clients of different organisations can share the directory."""

    def __init__(self, directory: str, identity: str) -> None:
        self._path = os.path.join(directory, f"bundle-{sha256_hex(identity)[:16]}.json")

    def read(self) -> CachedBundle | None:
        """The last good bundle; None when there is none or the file is damaged. Never raises."""
        try:
            with open(self._path, "rb") as file:
                record = parse_json(file.read(2 * MAX_BUNDLE_BYTES).decode())
        except (OSError, ValueError):
            return None
        content = member(record, "content")
        if not isinstance(content, str) or sha256_hex(content) != member(record, "checksum"):
            return None
        inner = parse_json(content)
        envelope, etag, confirmed = (member(inner, name) for name in ("envelope", "etag", "confirmedMs"))
        if not isinstance(envelope, str):
            return None
        is_time = isinstance(confirmed, (int, float)) and not isinstance(confirmed, bool)
        version, issued_at = member(inner, "version"), member(inner, "issuedAt")
        return CachedBundle(
            envelope,
            etag if isinstance(etag, str) else None,
            read_keys(inner),
            confirmed if is_time else None,
            version if isinstance(version, int) else 0,
            issued_at if isinstance(issued_at, str) else "",
        )

    def write(self, cached: CachedBundle, *, overwrites: bool = False) -> bool:
        """All or nothing: readers see the old file or the new one.

        False when it could not be written, or another client has written a newer one that it `overwrites` not.
        """
        before = None if overwrites else self.read()
        if before is not None and is_older(cached, before):
            return False
        confirmed = cached.confirmed_ms
        keys = [{"kid": key.kid, "x": key.x, "kty": "OKP", "crv": "Ed25519"} for key in cached.keys]
        content = json.dumps(
            {
                "envelope": cached.envelope,
                "etag": cached.etag,
                "keys": keys,
                # A clock of the program's own may say anything, JSON has no word for it.
                "confirmedMs": confirmed if confirmed is not None and math.isfinite(confirmed) else None,
                "version": cached.version,
                "issuedAt": cached.issued_at,
            }
        )
        directory = os.path.dirname(self._path)
        temporary = None
        try:
            os.makedirs(directory, mode=0o700, exist_ok=True)
            remove_leftovers(directory)
            temporary = self._path + name_temporary()
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump({"checksum": sha256_hex(content), "content": content}, file)
                file.flush()
                # A crash of the machine must not leave an empty file in the place of a good one.
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
            return False
        return True
