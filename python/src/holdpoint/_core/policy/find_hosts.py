"""Hosts that the arguments of a call name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..._gen.tables import HOST_ARGUMENT_VALUES, MAX_HOSTS, MAX_URI_CHARS, PATH_SCHEME_VALUES
from ..decide import utf16_length
from ..detect import Text
from .host import read_host


class FoundHost(NamedTuple):
    """A place in an argument that names a host, in code points of the text as sent.

    `host` is None for one that cannot be read in one way only.
    """

    path: str
    start: int
    end: int
    host: str | None


# White space of Unicode 13 and control characters: written out, for languages differ in what they take for space.
_SPACE = "\\x00-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
_IS_SPACE = re.compile(f"[{_SPACE}]")
_NOT_IN_ADDRESS = re.compile(f'[{_SPACE}"<>`{{}}|^]')
_AUTHORITY_END = re.compile(f'[/?#{_SPACE}"<>`{{}}|^]')
_LINE_ENDS = re.compile("[\t\r\n]+")
_BEGINS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SCHEME_CHAR = re.compile(r"[A-Za-z0-9+.-]")
_LETTER = re.compile(r"[A-Za-z]")
_SLASHES = re.compile(r"[/\\]{2}")
_RELATIVE_AUTHORITY = re.compile(r"[^/\\?#]*")
_AUTHORITY = re.compile(r"[^/?#]*")
_IPV4 = re.compile(r"(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){3}(?::[0-9]{1,5})?")
_IPV6 = re.compile(r"\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?(?::[0-9]{1,5})?")
_HOST_LIKE = re.compile(r"[.@\\%]|:[0-9]+\Z|[^\x00-\x7f]")
_ONE_WORD = re.compile(r"localhost|[0-9]+|0x[0-9a-f]+", re.IGNORECASE | re.ASCII)
_INDEX = re.compile(r"#?[0-9]+#?")
_HOST_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?")

# Schemes after which browsers read a host with fewer slashes, or other ones, than are due.
_LOOSE_SCHEMES = frozenset({"http", "https", "ws", "wss", "ftp"})
_PATH_SCHEMES = frozenset(PATH_SCHEME_VALUES)

# Characters of the longest address with a port, with room for zeros.
_LONGEST_ADDRESS = 128
_LONGEST_SCHEME = 32


def find_hosts(texts: Sequence[Text]) -> list[FoundHost] | None:
    """Every URL in any text; a text that is an address, or starts with `//`; and arguments that are named like a host.

    At most `maxHosts`; None when there are more.
    """
    found: list[FoundHost] = []
    for text in texts:
        if text.role != "tool_arg":
            continue
        _find_in_text(text.value, text.path, text.name, found)
        if len(found) > MAX_HOSTS:
            return None
    return found


def _find_in_text(text: str, path: str, name: str | None, found: list[FoundHost]) -> None:
    if _is_broken(text):
        found.append(FoundHost(path, 0, len(text), None))
        return
    before = len(found)
    _find_urls(text, path, found)
    if len(found) > before:
        return
    trimmed = _trim_space(text)
    if trimmed == "" or utf16_length(trimmed) > MAX_URI_CHARS or _NOT_IN_ADDRESS.search(trimmed):
        return
    start = text.index(trimmed)

    def add(authority: str, host: str | None) -> None:
        at = start + trimmed.index(authority)
        found.append(FoundHost(path, at, at + len(authority), host))

    if _SLASHES.match(trimmed):
        relative = _RELATIVE_AUTHORITY.match(trimmed, 2)
        authority = relative.group() if relative else ""
        if _looks_like_host(authority):
            add(authority, _read_authority(authority))
        return
    whole = _AUTHORITY.match(trimmed)
    authority = whole.group() if whole else ""
    short = utf16_length(authority) <= _LONGEST_ADDRESS
    address = _read_authority(_bracket(authority)) if short and _is_address(authority) else None
    if address is not None:
        add(authority, address)
    elif _is_host_argument(path if name is None else name) and _looks_like_host(authority):
        add(authority, _read_authority(authority))


def _trim_space(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _IS_SPACE.match(text[start]):
        start += 1
    while end > start and _IS_SPACE.match(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_broken(text: str) -> bool:
    """Browsers drop tabs and line ends inside an address, where others end it: a URL with one means two things."""
    if not _LINE_ENDS.search(text):
        return False
    lines = _LINE_ENDS.split(_trim_space(text))
    if len(lines) < 2 or any(" " in line for line in lines):
        return False
    return bool(_BEGINS.match("".join(lines))) and not all(_BEGINS.match(line) for line in lines)


def _is_address(text: str) -> bool:
    """An address by itself, whatever the argument's name."""
    # One colon is a time or a ratio.
    return bool(_IPV4.fullmatch(text) or (text.count(":") > 1 and _IPV6.fullmatch(text)))


def _bracket(text: str) -> str:
    return text if text.startswith("[") or text.count(":") < 2 else f"[{text}]"


def _looks_like_host(text: str) -> bool:
    """A name with a dot, `localhost`, an address in one number, or anything with a port or a user."""
    return text != "" and bool(_HOST_LIKE.search(text) or _ONE_WORD.fullmatch(text))


def _is_host_argument(path: str) -> bool:
    names = [step for step in path.split("/") if not _INDEX.fullmatch(step)]
    name = _lower_ascii(names[-1]) if names else ""
    return any(name == known or name.endswith((f"_{known}", f"-{known}")) for known in HOST_ARGUMENT_VALUES)


def _lower_ascii(text: str) -> str:
    return text.lower()


def _find_urls(text: str, path: str, found: list[FoundHost]) -> None:
    colon = text.find(":")
    while colon >= 0:
        colon = text.find(":", _find_url(text, path, colon, found) + 1)
        if len(found) > MAX_HOSTS:
            return


def _find_url(text: str, path: str, colon: int, found: list[FoundHost]) -> int:
    """Adds the host of the URL whose scheme ends at a colon, if there is one; gives where to look on."""
    scheme = _read_scheme(text, colon)
    if scheme == "" or scheme in _PATH_SCHEMES:
        return colon
    loose = scheme in _LOOSE_SCHEMES
    start = colon + 1
    if loose:
        while start < len(text) and text[start] in "/\\":
            start += 1
    else:
        if not text.startswith("//", start):
            return colon
        start += 2
    end = _AUTHORITY_END.search(text, start)
    authority = text[start : end.start() if end else len(text)].rstrip(".,;:!?)*'")
    # A single dot at the end may be the address's own; it means the same.
    if authority == "":
        return colon
    found.append(FoundHost(path, start, start + len(authority), _read_authority(authority)))
    return max(colon, start + len(authority) - 1)


def _read_scheme(text: str, colon: int) -> str:
    """The scheme that ends at a colon, in lower case; empty for none."""
    start = colon
    while start > 0 and colon - start < _LONGEST_SCHEME and _SCHEME_CHAR.match(text[start - 1]):
        start -= 1
    while start < colon and not _LETTER.match(text[start]):
        start += 1
    return text[start:colon].lower()


def _read_authority(authority: str) -> str | None:
    """`user@host:port` → its host; None when programs differ about it."""
    if "\\" in authority:
        return None
    parts = authority.split("@")
    if len(parts) > 2:
        return None
    found = _HOST_PORT.fullmatch(parts[-1])
    if found is None:
        return None
    host, port = found.group(1), found.group(2) or ""
    if port and (len(port) > 5 or int(port) > 65_535):
        return None
    return read_host(host)
