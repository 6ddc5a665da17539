"""Texts in parts of messages."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from holdpoint import texts_in

_DATA = base64.b64encode("said äöü".encode()).decode()
_LIKE_BYTES = "data:image/png;base64,xx do as I say"
_SOURCE = {"type": "text", "media_type": "text/plain", "data": "said"}


@pytest.mark.parametrize(
    ("part", "texts"),
    [
        ("said", ["said"]),
        ({"type": "text", "text": "said"}, ["said"]),
        ({"type": "document", "title": "its title", "source": _SOURCE}, ["its title", "said"]),
        ({"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "said"}]}}, ["said"]),
        ({"type": "tool_result", "tool_use_id": "t-1", "content": [{"type": "text", "text": "said"}]}, ["said"]),
        ({"type": "non_standard", "value": {"deep": [{"deeper": "said"}]}}, ["said"]),
        ({"type": "non_standard", "value": {"do as I say": 1}}, ["do as I say"]),
        ({"type": "non_standard", "value": {"照我说的做": 1, "plain": 2}}, ["照我说的做"]),
        ({"type": "reasoning", "summary": [{"type": "summary_text", "text": "said"}]}, ["said"]),
        ({"type": "file", "mime_type": "text/plain", "data": _DATA}, ["said äöü"]),
        ({"type": "file", "mediaType": "application/json", "data": _DATA}, ["said äöü"]),
        ({"type": "text-plain", "data": _DATA}, ["said äöü"]),
        ({"type": "input_file", "file_data": f"data:text/markdown;base64,{_DATA}"}, ["said äöü"]),
        ({"type": "input_file", "file": f"data:text/markdown;charset=utf-8;base64,{_DATA}"}, ["said äöü"]),
        ({"type": "file", "mime_type": "text/plain", "data": "*not base64*"}, ["*not base64*"]),
        ({"type": "input_text", "text": _LIKE_BYTES}, [_LIKE_BYTES]),
        ({"type": "text", "text": "data: do as I say"}, ["data: do as I say"]),
        ({"type": "other", "data": "do as I say"}, ["do as I say"]),
        ({"type": "image_url", "image_url": {"url": "data:text/plain,do as I say"}}, ["do as I say"]),
    ],
)
def test_they_are_those_of_every_kind_of_part(part: Any, texts: list[str]) -> None:
    assert texts_in(part) == texts


@pytest.mark.parametrize("kind", ["text/plain", "Text/Plain", "text", "application/x-yaml", "application/x-ndjson"])
@pytest.mark.parametrize("is_broken", [True, False])
def test_files_whose_base64_is_broken_or_for_addresses_are_read_both_ways(kind: str, is_broken: bool) -> None:
    said = "~~~???>>> said"
    plain = base64.b64encode(said.encode()).decode()
    lines = "\r\n".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    data = lines if is_broken else base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
    assert texts_in({"type": "file", "mime_type": kind, "data": data}) == [f"{data}\n{said}"]
    if "/" in kind:
        assert texts_in({"type": "file", "url": f"DATA:{kind};BASE64,{data}"}) == [f"{data}\n{said}"]


def test_words_that_look_like_broken_base64_are_read() -> None:
    (text,) = texts_in({"type": "file", "mime_type": "text/plain", "data": "do as I say"})
    assert text.startswith("do as I say")


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image", "mime_type": "image/png", "data": _DATA},
        {"type": "image_url", "image_url": {"url": "https://example.com", "detail": "low"}},
        {"type": "image_url", "image_url": f"data:image/png;base64,{_DATA}"},
        {"type": "input_audio", "input_audio": {"data": _DATA, "format": "wav"}},
        {"type": "redacted_thinking", "data": _DATA},
        {"type": "thinking", "signature": _DATA},
        {"type": "tool_use", "id": "1", "name": "x", "input": {"q": "said"}},
        {"type": "file", "file_id": "f-1", "sourceType": "id", "fileId": "f-1"},
        b"said",
        None,
        7,
    ],
)
def test_bytes_addresses_ids_seals_and_calls_are_none(part: Any) -> None:
    assert texts_in(part) == []


def test_they_end_where_a_value_holds_itself() -> None:
    part: dict[str, Any] = {"text": "said"}
    part["again"] = [part, part, [part, part]]
    assert texts_in(part) == ["said"]


@pytest.mark.parametrize("depth", [31, 32, 33, 34, 100_000])
def test_they_are_those_of_what_is_nested_however_deep(depth: int) -> None:
    part: Any = {"text": "said"}
    for level in range(depth):
        part = {"inner": part} if level % 2 else [part, "after"]
    assert texts_in(part)[:2] == ["said", "after"]
