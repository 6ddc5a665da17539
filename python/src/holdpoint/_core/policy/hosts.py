"""Hosts that nobody outside can mean."""

from __future__ import annotations

import re

from ..._gen.private_hosts import ENDPOINT_RANGES, ENDPOINT_SUFFIXES
from ..expr.cidr import in_cidr

_SUFFIXES = tuple(f".{name}" for name in ENDPOINT_SUFFIXES)

# Resolvers read a name that ends in a number as an address: `127.1`, `2130706433`, `0x7f.0.0.1`.
_NUMERIC = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\Z")
_LABEL = re.compile(r"[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?")


def is_refused_host(host: str) -> bool:
    """True for a host that nobody outside can mean.

    An address of a private network or of this machine, however it is written, a name without a dot, a name that is
    only known inside, or no name at all. Names are not looked up.
    """
    name = host.lower()
    name = name[:-1] if name.endswith(".") else name
    if ":" in name or _NUMERIC.search(name):
        return any(in_cidr(name, cidr) is not False for cidr in ENDPOINT_RANGES)
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return True
    return name.endswith(_SUFFIXES)
