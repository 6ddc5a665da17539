"""Hosts that nobody outside can mean."""

from __future__ import annotations

import re

from ..expr.cidr import in_cidr

# Addresses that do not lead to the public (IANA special-purpose registries).
_PRIVATE_RANGES = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)

# Names that are only known inside (RFC 6761, 6762, 8375, and the usual ones).
_PRIVATE_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "home.arpa")
_PRIVATE_SUFFIXES = tuple(f".{name}" for name in _PRIVATE_NAMES)

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
        return any(in_cidr(name, cidr) is not False for cidr in _PRIVATE_RANGES)
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return True
    return name.endswith(_PRIVATE_SUFFIXES)
