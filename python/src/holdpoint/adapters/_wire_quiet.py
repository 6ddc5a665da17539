"""Members of bodies that nobody reads as text."""

from __future__ import annotations

import re
from typing import Any

# Kinds, ids, addresses, bytes, numbers of tokens.
_QUIET = frozenset(
    {
        "b64_json",
        "background",
        "cache_control",
        "detail",
        "effort",
        "embedding",
        "encoding",
        "encoding_format",
        "encrypted_content",
        "encrypted_index",
        "file_data",
        "finish_reason",
        "format",
        "id",
        "logprobs",
        "media_type",
        "mime_type",
        "model",
        "native_finish_reason",
        "obfuscation",
        "object",
        "partial_image_b64",
        "phase",
        "role",
        "service_tier",
        "signature",
        "status",
        "stop_reason",
        "stop_sequence",
        "system_fingerprint",
        "type",
        "url",
        "usage",
        "version",
    }
)
_QUIET_END = re.compile(r"_(id|at|url|signature)\Z")

# What an answer of OpenAI's responses says again of the program's own settings.
_ECHOES = frozenset(
    {
        "conversation",
        "include",
        "instructions",
        "metadata",
        "prompt",
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning",
        "safety_identifier",
        "text",
        "tool_choice",
        "tools",
        "truncation",
        "user",
    }
)


def is_quiet(name: str, holder: dict[str, Any]) -> bool:
    """True for a member whose strings are no text, of whatever is in it."""
    if name in _QUIET or _QUIET_END.search(name):
        return True
    # Bytes, unless it says that they are a text.
    if name == "data":
        return isinstance(holder["data"], str) and holder.get("type") != "text"
    if name == "result":
        return bool(holder.get("type") == "image_generation_call")
    return holder.get("object") == "response" and name in _ECHOES
