"""Every text in a part of a message."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .._gen.tables import MAX_DEPTH

# Kinds, ids, addresses, bytes, what a provider has sealed: nobody reads them as text.
_QUIET = frozenset(
    [
        "b64_json",
        "cache_control",
        "detail",
        "encoding",
        "encrypted_content",
        "encrypted_index",
        "format",
        "id",
        "model",
        "object",
        "partial_json",
        "role",
        "signature",
        "source_type",
        "sourceType",
        "status",
        "thought_signature",
        "thoughtSignature",
        "type",
        "url",
    ]
)
_QUIET_END = re.compile(r"(?:_(?:id|at|url|type|signature)|(?:[a-z](?:Id|At|Url|Type|Signature)))\Z")

# A call of a tool is judged when it is made; what stands of it in a message is no text.
_CALL = re.compile(r"(?:^|_)(?:tool_use|function_call|tool_call|tool_call_chunk)\Z")

_TEXTUAL = re.compile(r"text/|.*[/+](?:json|xml|yaml|csv)\b", re.DOTALL)
_DATA_URL = re.compile(r"data:([^,;]{0,200})([^,]{0,200}),")
_BASE64 = re.compile(r"[A-Za-z0-9_+/=-]*")


def texts_in(part: Any) -> list[str]:
    """Every text in a part of a message, of whatever kind it is, in its order.

    Texts of documents, found passages and results of tools; names that say something; files of text, decoded.
    Pictures, sounds and other bytes are none, nor are calls of tools. Never raises.
    """
    return [text for text in _collect(part, 0, set()) if text]


def _collect(value: Any, depth: int, known: set[int]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    # What is nested deeper is refused elsewhere: a request carries no such value.
    if not isinstance(value, (list, tuple, Mapping)) or depth > MAX_DEPTH or id(value) in known:
        return
    known.add(id(value))
    if isinstance(value, (list, tuple)):
        for member in value:
            yield from _collect(member, depth + 1, known)
    elif not _CALL.search(str(value.get("type"))):
        for key, member in value.items():
            name = str(key)
            if re.search(r"\s", name):
                yield name
            is_quiet = name in _QUIET or _QUIET_END.search(name) is not None
            if isinstance(member, str):
                yield _text_of(name, member, value, is_quiet)
            elif name not in _QUIET:
                yield from _collect(member, depth + 1, known)


def _text_of(name: str, text: str, holder: Mapping[Any, Any], is_quiet: bool) -> str:
    """A text as it stands, or decoded where it is a file of text; nothing of other bytes and of what nobody reads."""
    url = _DATA_URL.match(text)
    encoded = text[url.end() :] if url else text
    looks_encoded = _BASE64.fullmatch(encoded) is not None
    is_bytes = name in ("data", "file_data") or (url is not None and looks_encoded)
    if not is_bytes and not (is_quiet and url):
        return "" if is_quiet else text
    kinds = (holder.get(kind) for kind in ("mime_type", "mimeType", "media_type", "mediaType"))
    kind = url[1] if url else next((one for one in kinds if isinstance(one, str)), "")
    if not looks_encoded or holder.get("type") == "text":
        return encoded
    if not _TEXTUAL.match(kind) and holder.get("type") != "text-plain":
        return ""
    if url and not url[2].endswith(";base64"):
        return encoded
    try:
        return base64.b64decode(encoded, validate=True).decode(errors="replace")
    except ValueError:
        return encoded
