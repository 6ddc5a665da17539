"""Requests and answers of the HTTP library under the clients of OpenAI and Anthropic."""

from __future__ import annotations

import json
import re
import sys
import threading
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from typing import Any

from .. import EnforcementHaltError
from .._gen.tables import DEFAULT_ADAPTER_OPEN_RUNS
from ._beside import is_sentence
from ._wire import Json

HALT_HEADER = "x-holdpoint-halt"

# Longest answer that is held until it is checked.
MAX_ANSWER_BYTES = 32 * 1024 * 1024
# What described another body.
_BODY_HEADERS = frozenset({"content-length", "content-encoding", "transfer-encoding", "etag", "digest"})

_PLAIN = re.compile(r"text/(?!event-stream)", re.IGNORECASE)
_JSON_BEGINS = re.compile(r"\s*[\[{]")

_halts: dict[str, EnforcementHaltError] = {}
_lock = threading.Lock()


def halt_of_answer(response: Any) -> EnforcementHaltError | None:
    """What an answer of ours was refused for; None for any other answer."""
    return _halts.get(getattr(response, "headers", {}).get(HALT_HEADER, ""))


def is_form(request: Any) -> bool:
    """True for a form with files, whose parts are not read."""
    return bool(request.headers.get("content-type", "").startswith("multipart/"))


def read_body(request: Any) -> Json | None:
    """The JSON that is about to be sent; None for a form with files, or for no body at all."""
    if request.method == "GET" or is_form(request):
        return None
    content = request.read()
    if not content:
        return None
    body = json.loads(content)
    if not isinstance(body, dict):
        raise TypeError("a body that is no object cannot be checked")
    return body


def is_readable(response: Any) -> bool:
    """An answer that is no sound, no picture and no stream, as far as it says so, and short enough to be held."""
    kind, length = response.headers.get("content-type", ""), response.headers.get("content-length", "")
    is_short = length.isdecimal() and int(length) <= MAX_ANSWER_BYTES
    is_text = kind == "" or "json" in kind or is_plain(kind)
    return (length == "" or is_short) if is_text else "octet-stream" in kind and is_short


def is_plain(kind: str) -> bool:
    """Words as they stand: a transcript, subtitles, a page."""
    return _PLAIN.match(kind) is not None


def read_unknown(content: bytes, kind: str) -> list[Any] | None:
    """The JSON of an answer, or that of its lines, or a text as it stands; None for anything else."""
    try:
        text = content.decode("utf-8")
    except ValueError:
        return None
    if is_plain(kind) and not _JSON_BEGINS.match(text):
        return [text]
    try:
        return [json.loads(text)]
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        # Words may begin as JSON does: "[Music] Hello".
        return [text] if is_plain(kind) else None


def words_of(request: Any) -> list[str]:
    """What an address asks for in words, as a search does."""
    return [text for pair in request.url.params.multi_items() for text in pair if is_sentence(text)]


def with_body(request: Any, body: Json) -> Any:
    """The same request with another body."""
    headers = [(name, value) for name, value in request.headers.multi_items() if name.lower() not in _BODY_HEADERS]
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return type(request)(
        request.method, request.url, headers=headers, content=content, extensions=dict(request.extensions)
    )


def refuse(request: Any, halt: EnforcementHaltError) -> Any:
    """The answer to a request that may not be made, as a server would refuse it: not to be tried again."""
    halt_id = str(uuid.uuid4())
    with _lock:
        _halts[halt_id] = halt
        if len(_halts) > DEFAULT_ADAPTER_OPEN_RUNS:
            del _halts[next(iter(_halts))]
    error = {"type": halt.code, "code": halt.code, "message": str(halt)}
    headers = {"content-type": "application/json", "x-should-retry": "false", HALT_HEADER: halt_id}
    content = json.dumps({"type": "error", "error": error}).encode()
    return library_of(request).Response(403, headers=headers, content=content, request=request)


def remake(response: Any, request: Any, text: str | None) -> Any:
    """The same answer with another body; None for its own, read to its end."""
    content = response.content if text is None else text.encode("utf-8", "surrogatepass")
    return _remake(response, request, content=content)


def remake_stream(response: Any, request: Any, flowing: Generator[bytes, None, None], close: Callable[[], None]) -> Any:
    """The same answer, its body as it flows. `close`: what is to be closed when nobody has read it."""

    def iterate(_: Any) -> Any:
        return flowing

    def stop(_: Any) -> None:
        flowing.close()
        close()

    base = library_of(request).SyncByteStream
    return _remake(response, request, stream=type("Flowing", (base,), {"__iter__": iterate, "close": stop})())


def remake_async_stream(
    response: Any, request: Any, flowing: AsyncGenerator[bytes, None], close: Callable[[], Any]
) -> Any:
    """The same in a loop."""

    def iterate(_: Any) -> Any:
        return flowing

    async def stop(_: Any) -> None:
        await flowing.aclose()
        await close()

    base = library_of(request).AsyncByteStream
    return _remake(response, request, stream=type("Flowing", (base,), {"__aiter__": iterate, "aclose": stop})())


def _remake(response: Any, request: Any, **body: Any) -> Any:
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _BODY_HEADERS]
    made = library_of(request).Response(
        response.status_code,
        headers=headers,
        request=request,
        extensions={key: value for key, value in response.extensions.items() if key != "network_stream"},
        **body,
    )
    with suppress(Exception):
        made.elapsed = response.elapsed
    return made


def library_of(request: Any) -> Any:
    """The HTTP library that a request is of."""
    return sys.modules[type(request).__module__.partition(".")[0]]
