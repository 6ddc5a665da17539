"""Hosts as every program must read them."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from ..._gen.private_hosts import ARGUMENT_RANGES, ARGUMENT_SUFFIXES, PRIVATE_RANGES
from ..expr.cidr import in_cidr, parse_address
from ..match._normalise._fold import fold_compatible

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_HEX = re.compile(r"0x[0-9a-f]{0,12}")
_OCTAL = re.compile(r"0[0-7]{0,14}")
_DECIMAL = re.compile(r"[1-9][0-9]{0,12}")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_MOST_LABEL = 63
# First six groups of addresses whose last two are an IPv4 address: translated in two ways, compatible.
_BEFORE_IPV4 = ([0x64, 0xFF9B, 0, 0, 0, 0], [0, 0, 0, 0, 0xFFFF, 0], [0, 0, 0, 0, 0, 0])


def read_host(written: str) -> str | None:
    """An address in its plain form, or a name in lower case and ASCII.

    None for what programs read differently, or not at all (SPECIFICATION P-17).
    """
    if written.startswith("["):
        return _read_ipv6(written[1:-1]) if written.endswith("]") else None
    text = _decode_percent(written) if "%" in written else written
    ascii_text = None if text is None else to_ascii_host(text)
    if ascii_text is None:
        return None
    name = ascii_text[:-1] if ascii_text.endswith(".") else ascii_text
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return _read_ipv4(labels) if _NUMERIC.fullmatch(labels[-1]) else name


def is_private_host(host: str) -> bool:
    """True for addresses and names that no host of the public internet has."""
    if ":" not in host and not _DOTTED.fullmatch(host):
        return "." not in host or any(host.endswith(f".{suffix}") for suffix in ARGUMENT_SUFFIXES)
    return any(_is_inside(address) for address in (host, *_embedded_ipv4(host)))


def is_public_address(address: str) -> bool:
    """True for the address of a host of the public internet, whatever IPv4 one it leads to; False for no address."""
    if parse_address(address) is None:
        return False
    return not any(
        in_cidr(one, block) is not False for one in (address, *_embedded_ipv4(address)) for block in PRIVATE_RANGES
    )


def _is_inside(address: str) -> bool:
    return any(in_cidr(address, block) is True for block in ARGUMENT_RANGES)


def _read_ipv6(text: str) -> str | None:
    """The address that an IPv6 text means: four numbers where it holds an IPv4 address, eight groups otherwise."""
    groups = parse_address(text) if ":" in text else None
    if groups is None:
        return None
    return _format_ipv4(groups) if len(groups) == 2 else ":".join(f"{group:x}" for group in groups)


def _format_ipv4(groups: list[int]) -> str:
    high, low = groups
    return f"{high >> 8}.{high & 255}.{low >> 8}.{low & 255}"


def _embedded_ipv4(host: str) -> list[str]:
    """IPv4 addresses that an IPv6 one leads to: translated, 6to4 (2002::/16), compatible."""
    groups = parse_address(host) if ":" in host else None
    if groups is None or len(groups) != 8:
        return []
    if groups[:6] in _BEFORE_IPV4:
        return [_format_ipv4(groups[6:])]
    return [_format_ipv4(groups[1:3])] if groups[0] == 0x2002 else []


def _read_ipv4(labels: list[str]) -> str | None:
    """One to four numbers, decimal, octal (leading 0) or hexadecimal (0x), the last one filling what is left."""
    if len(labels) > 4:
        return None
    address = 0
    for index, label in enumerate(labels):
        number = _read_number(label)
        last = index == len(labels) - 1
        if number is None or number >= (256 ** (4 - index) if last else 256):
            return None
        address += number if last else number * 256 ** (3 - index)
    return _format_ipv4([address // 65_536, address % 65_536])


def _read_number(label: str) -> int | None:
    if _HEX.fullmatch(label):
        return int(label[2:] or "0", 16)
    if _OCTAL.fullmatch(label):
        return int(label, 8)
    return int(label) if _DECIMAL.fullmatch(label) else None


def _decode_percent(text: str) -> str | None:
    """Percent-encoded bytes as text; None when they are none."""
    if not text.isascii() or _BAD_PERCENT.search(text):
        return None
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return None


def to_ascii_host(text: str) -> str | None:
    """Lower case, compatibility forms folded, labels beyond ASCII as punycode; None for one that cannot be."""
    if text.isascii():
        return text.lower()
    folded = fold_compatible(text).text().lower().replace("\u3002", ".")
    labels: list[str] = []
    for label in folded.split("."):
        if label.isascii():
            labels.append(label)
            continue
        if len(label) > _MOST_LABEL or any("\ud800" <= char <= "\udfff" for char in label):
            return None
        labels.append("xn--" + label.encode("punycode").decode("ascii"))
    return ".".join(labels)
