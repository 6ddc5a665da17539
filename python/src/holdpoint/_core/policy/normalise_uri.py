"""URIs by one name."""

from __future__ import annotations

import re

_MOST_ROUNDS = 5
_PORTS = {"http": ":80", "https": ":443", "ftp": ":21", "ws": ":80", "wss": ":443"}
_EDGE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(//[^/?]*)?([^?]*)(\?.*)?", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_PERCENT = re.compile("%([0-9A-Fa-f]{2})?")
_PLAIN = re.compile("[A-Za-z0-9._~-]")


def normalise_uri(written: str) -> str | None:
    """A URI as one thing is called by one name (RFC 3986, 6.2.2).

    Scheme and host in small letters, without user, default port and fragment, `\\` as `/`, percent signs spelt out
    where they need not be, no dot segments, no empty ones inside. None for one that programs read in more than one
    way: an encoded slash, backslash, percent sign or control character, a control character itself, or a step above
    the root.
    """
    uri = written
    # What is left of one step may begin another: `./S3:a` is a path, and then a URI.
    for _ in range(_MOST_ROUNDS):
        after = _normalise_once(uri)
        if after is None or after == uri:
            return after
        uri = after
    return None


def _normalise_once(written: str) -> str | None:
    slashed = written.replace("\\", "/").partition("#")[0].strip(_EDGE)
    if _CONTROL.search(slashed):
        return None
    decoded = _spell_out(slashed)
    if decoded is None:
        return None
    found = _PARTS.fullmatch(decoded)
    if found is None:
        path, *query = decoded.split("?")
        clean = _remove_dots(path) if "/" in path else None if path in (".", "..") else path
        return None if clean is None else "?".join([clean, *query])
    scheme, authority, path, rest = found.groups()
    clean = path if authority is None and "/" not in path else _remove_dots(path)
    return None if clean is None else f"{_lower(scheme)}:{_clean_authority(scheme, authority)}{clean}{rest or ''}"


def _lower(text: str) -> str:
    """Small letters as ECMAScript writes them: of ASCII, and of what stands alone elsewhere."""
    return text.lower()


def _clean_authority(scheme: str, authority: str | None) -> str:
    if authority is None:
        return ""
    host = _lower(authority[max(2, authority.rfind("@") + 1) :])
    port = _PORTS.get(_lower(scheme))
    bare = host[: -len(port)] if port is not None and host.endswith(port) else host
    return f"//{bare[:-1] if bare.endswith('.') else bare}"


def _spell_out(text: str) -> str | None:
    """Percent-encoded characters that need no encoding, as themselves; others with capital digits."""
    if "%" not in text:
        return text
    refused = False

    def spell(found: re.Match[str]) -> str:
        nonlocal refused
        code = 0x25 if found[1] is None else int(found[1], 16)
        # What the encoded slash, backslash, percent sign or control character means depends on who reads it.
        if code in (0x2F, 0x5C, 0x25, 0x7F) or code < 0x20:
            refused = True
        return chr(code) if _PLAIN.fullmatch(chr(code)) else found[0].upper()

    spelt = _PERCENT.sub(spell, text)
    return None if refused else spelt


def _remove_dots(path: str) -> str | None:
    kept: list[str] = []
    segments = path.split("/")
    last = len(segments) - 1
    for index, segment in enumerate(segments):
        if segment == "..":
            if not kept or kept == [""]:
                return None
            kept.pop()
            if index == last:
                kept.append("")
        elif segment == ".":
            if index == last:
                kept.append("")
        elif segment != "" or index in (0, last):
            kept.append(segment)
    return "/".join(kept)
