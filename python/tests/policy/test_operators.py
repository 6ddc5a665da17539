"""What the vectors of whole decisions do not show of single operators."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdpoint._core import hash_action, hash_tool_descriptor, sha256_hex
from holdpoint._core.policy.normalise_uri import normalise_uri
from holdpoint._core.policy.read_json import read_json, repair_json

_PIECES = ["a", "B", "/", "//", "..", ".", "%2e", "%41", "%2F", "%20", "\\", ":", "@", "?", "#", "s3:", "é", " "]


def test_the_hash_of_an_action_leaves_out_approvals() -> None:
    request = {"agentId": "bot", "tool": {"name": "pay", "args": {"b": 1, "a": 2}}}
    expected = sha256_hex('{"agentId":"bot","tool":{"args":{"a":2,"b":1},"name":"pay"}}')
    assert hash_action(request) == expected
    assert hash_action({**request, "approvals": [{"approvalId": "x"}]}) == expected
    assert hash_action({**request, "userId": "ann"}) != expected


def test_the_hash_of_a_descriptor_covers_what_a_model_is_told() -> None:
    descriptor = {"name": "read", "description": "Reads a file.", "inputSchema": {"type": "object"}}
    text = '{"description":"Reads a file.","inputSchema":{"type":"object"},"name":"read","server":"files"}'
    assert hash_tool_descriptor("files", descriptor) == sha256_hex(text)
    assert hash_tool_descriptor("files", {**descriptor, "title": None, "_meta": {"seen": 7}}) == sha256_hex(text)
    for change in ({"description": "x"}, {"inputSchema": {}}, {"annotations": {}}, {"title": "Read"}):
        assert hash_tool_descriptor("files", {**descriptor, **change}) != sha256_hex(text)
    for value in (None, 7, "x", []):
        assert hash_tool_descriptor("s", value) == sha256_hex('{"server":"s"}')


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_a_normalised_uri_is_its_own_name(uri: str) -> None:
    once = normalise_uri(uri)
    if once is not None:
        assert normalise_uri(once) == once


@given(st.text(alphabet='{}[]",:a1 \\`\n', max_size=40))
def test_repair_never_raises_and_leaves_json_as_it_is(text: str) -> None:
    repaired = repair_json(text)
    if read_json(text).ok and text.strip()[:1] in ("{", "["):
        assert repaired == text.strip()


def test_numbers_and_constants_that_ecmascript_refuses() -> None:
    for text in ("NaN", "[Infinity]", "-Infinity", "01", "+1", "'a'", "{a:1}", "[1,]"):
        assert not read_json(text).ok
    assert read_json("1" * 5000).too_large
    assert read_json("[" * 5000 + "]" * 5000).too_large
