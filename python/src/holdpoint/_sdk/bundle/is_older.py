"""Which of two bundles is the older one."""

from __future__ import annotations

from typing import Protocol

from ..._core import parse_instant


class Dated(Protocol):
    """A bundle, or what is known of one."""

    @property
    def version(self) -> int: ...
    @property
    def issued_at(self) -> str: ...


def is_older(bundle: Dated, held: Dated) -> bool:
    """A server that was upgraded writes the same version anew: then the later one counts."""
    if bundle.version != held.version:
        return bundle.version < held.version
    return not parse_instant(bundle.issued_at) >= parse_instant(held.issued_at)
