"""Every text in a part of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .trust.dsse import decode_base64

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

_TEXTUAL = re.compile(r"text(?:/|\Z)|.*[/+-](?:json|jsonl|ndjson|xml|yaml|csv)\b", re.DOTALL | re.IGNORECASE)
_DATA_URL = re.compile(r"data:([^,;]{0,200})([^,]{0,200}),", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9_+/=-]*")
# As mails break it into lines, and as decoders take it.
_BROKEN_BASE64 = re.compile(r"[A-Za-z0-9_+/=\r\n\t -]*")
_ODD_BASE64 = re.compile(r"[\r\n\t _-]")


def texts_in(part: Any) -> list[str]:
    """Every text in a part of a message, of whatever kind it is, in its order.

    Texts of documents, found passages and results of tools; names that say something; files of text, decoded.
    Pictures, sounds and other bytes are none, nor are calls of tools. Never raises.
    """
    texts: list[str] = []
    # Kept, since the id of what is gone may be another's.
    known: dict[int, Any] = {}
    left: list[Any] = [part]
    # No recursion: what is nested deeper than a stack is read too, since nobody else refuses it.
    while left:
        value = left.pop()
        if isinstance(value, str) and value:
            texts.append(value)
        if not isinstance(value, (list, tuple, Mapping)) or id(value) in known:
            continue
        known[id(value)] = value
        left.extend(reversed(value if isinstance(value, (list, tuple)) else _members_of(value)))
    return texts


def _members_of(part: Mapping[Any, Any]) -> list[Any]:
    """Texts as they are read, names that say something, and what is to be looked into."""
    members: list[Any] = []
    if _CALL.search(str(part.get("type"))):
        return members
    for key, member in part.items():
        name = str(key)
        # Many languages write without spaces.
        if re.search(r"[^!-~]", name):
            members.append(name)
        is_quiet = name in _QUIET or _QUIET_END.search(name) is not None
        if isinstance(member, str):
            members.append(_text_of(name, member, part, is_quiet))
        elif name not in _QUIET:
            members.append(member)
    return members


def _text_of(name: str, text: str, holder: Mapping[Any, Any], is_quiet: bool) -> str:
    """A text as it stands, or decoded where it is a file of text; nothing of other bytes and of what nobody reads."""
    url = _DATA_URL.match(text)
    encoded = text[url.end() :] if url else text
    kinds = (holder.get(kind) for kind in ("mime_type", "mimeType", "media_type", "mediaType"))
    kind = url[1] if url else next((one for one in kinds if isinstance(one, str)), "")
    is_textual = _TEXTUAL.match(kind) is not None or holder.get("type") == "text-plain"
    looks_encoded = (_BROKEN_BASE64 if is_textual else _BASE64).fullmatch(encoded) is not None
    is_bytes = name in ("data", "file_data") or (url is not None and looks_encoded)
    if not is_bytes and not (is_quiet and url):
        return "" if is_quiet else text
    if not looks_encoded or holder.get("type") == "text":
        return encoded
    if not is_textual:
        return ""
    return encoded if url and not url[2].lower().endswith(";base64") else _decode(encoded)


def _decode(encoded: str) -> str:
    """Words may look like base64 that is broken or of the alphabet for addresses: then they are read both ways."""
    data = decode_base64(re.sub(r"[\r\n\t =]+", "", encoded))
    if data is None:
        return encoded
    text = data.decode(errors="replace")
    return f"{encoded}\n{text}" if _ODD_BASE64.search(encoded) else text
