"""Outputs that are checked while they flow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint import (
    AgentPausedError,
    ApprovalDeniedError,
    AsyncHoldpoint,
    ConfigError,
    EnforcementUnavailableError,
    Holdpoint,
    PolicyBlockedError,
    text_of,
)
from holdpoint._gen.tables import STREAMS
from holdpoint._sdk.policies.source import read_policy_value

DENY = {
    "id": "words",
    "policyType": "keyword_filter",
    "enforcementMode": "block",
    "ruleDefinition": {"mode": "deny", "match": "substring", "terms": ["forbidden fruit", "請寫信"]},
}
MASK = {"id": "pii", "policyType": "pii_access", "enforcementMode": "monitor", "ruleDefinition": {"mask_output": True}}
KEYS = {
    "id": "keys",
    "policyType": "secret_leak",
    "enforcementMode": "monitor",
    "ruleDefinition": {"mask_output": True},
}
FILLER = "plain words without anything to find. "


class Source:
    """Says how far it was read and whether it was closed."""

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts
        self.read = 0
        self.closed = False

    def __iter__(self) -> Iterator[Any]:
        return self.run()

    def run(self) -> Iterator[Any]:
        try:
            for part in self.parts:
                self.read += 1
                yield part
        finally:
            self.closed = True


def start(*policies: dict[str, Any], **options: Any) -> Holdpoint:
    return Holdpoint(policies=list(policies or (DENY, MASK)), **options)


def read_all(stream: Iterator[Any]) -> tuple[list[Any], BaseException | None]:
    parts: list[Any] = []
    try:
        parts.extend(stream)
    except Exception as error:  # noqa: BLE001
        return parts, error
    return parts, None


VECTORS = json.loads(
    (Path(__file__).resolve().parents[2] / "conformance" / "vectors" / "streams" / "streams.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["title"])
def test_the_vectors(case: dict[str, Any]) -> None:
    with start(*case["policies"]) as hp:
        out, error = read_all(hp.guard_stream(case["pieces"], agent_id="bot", hold_back=case.get("holdBack", 0)))
    assert (out, getattr(error, "code", None)) == (case["out"], case["error"])


def test_text_goes_out_while_it_flows_a_hold_back_behind() -> None:
    source = Source([FILLER] * 40)
    with start() as hp:
        stream = hp.guard_stream(source, agent_id="bot")
        assert source.read == 0
        first = next(stream)
        assert (FILLER * 40).startswith(first)
        assert source.read * len(FILLER) < STREAMS["holdBack"] + 2 * STREAMS["step"] + 2 * len(FILLER)
        rest, error = read_all(stream)
    assert error is None
    assert first + "".join(rest) == FILLER * 40


def test_it_ends_at_the_first_finding_that_blocks() -> None:
    source = Source([*[FILLER] * 20, "a forb", "idden fr", "uit ", *[FILLER] * 100])
    with start() as hp:
        out, error = read_all(hp.guard_stream(source, agent_id="bot"))
    text = "".join(out)
    assert isinstance(error, PolicyBlockedError)
    assert error.violations[0].policy_id == "words"
    assert f"{FILLER * 20}a ".startswith(text)
    assert len(text) > 400
    assert source.closed
    assert source.read < 60


def test_it_goes_on_when_what_looked_like_a_finding_was_none() -> None:
    rule = {"mode": "deny", "match": "word", "terms": ["cat"]}
    parts = [f"{FILLER * 9}the cat", f"alogue {FILLER * 20}"]
    with start({**DENY, "ruleDefinition": rule}) as hp:
        out, error = read_all(hp.guard_stream(parts, agent_id="bot"))
    assert error is None
    assert "".join(out) == "".join(parts)


def test_a_reader_that_goes_away_closes_the_source() -> None:
    with start() as hp:
        seen: list[Any] = []
        hp.on("decision", seen.append)
        source = Source([FILLER] * 400)
        with hp.guard_stream(source, agent_id="bot") as stream:
            next(stream)
        assert source.closed
        assert len(seen) == 1

        class Unread:
            closed = False

            def __iter__(self) -> Unread:
                return self

            def __next__(self) -> str:
                raise AssertionError

            def close(self) -> None:
                self.closed = True

        unread = Unread()
        hp.guard_stream(unread, agent_id="bot").close()
        assert unread.closed


def test_errors_of_the_source_reach_the_reader_and_held_text_does_not() -> None:
    failure = OSError("the line is dead")

    def source() -> Iterator[str]:
        yield FILLER
        raise failure

    with start() as hp:
        assert read_all(hp.guard_stream(source(), agent_id="bot")) == ([], failure)


def test_one_decision_is_recorded() -> None:
    with start() as hp:
        seen: list[Any] = []
        hp.on("decision", seen.append)
        read_all(hp.guard_stream([FILLER] * 50, agent_id="bot"))
        assert [event.decision.phase for event in seen] == ["output"]


@pytest.mark.parametrize("approved", [True, False])
def test_a_finding_that_asks_for_approval_is_held_until_a_human_has_seen_the_whole(approved: bool) -> None:
    asked: list[Any] = []

    def on_approval(context: Any) -> bool:
        asked.append(context.action["output"])
        return approved

    text = f"{FILLER * 12}forbidden fruit {FILLER * 30}"
    parts = [text[at : at + 16] for at in range(0, len(text), 16)]
    with start({**DENY, "enforcementMode": "require_approval"}, on_approval=on_approval) as hp:
        out, error = read_all(hp.guard_stream(parts, agent_id="bot"))
    assert asked == [text]
    if approved:
        assert "".join(out) == text
    else:
        assert isinstance(error, ApprovalDeniedError)
        assert "forbidden" not in "".join(out)


def test_a_paused_agent_begins_no_stream_and_ends_the_one_under_way() -> None:
    with start() as hp:
        hp.pause_agent("bot")
        source = Source([FILLER])
        assert isinstance(read_all(hp.guard_stream(source, agent_id="bot"))[1], AgentPausedError)
        assert source.read == 0
        hp.resume_agent("bot")
        source = Source([FILLER] * 100)
        stream = hp.guard_stream(source, agent_id="bot")
        next(stream)
        hp.pause_agent("bot")
        assert isinstance(read_all(stream)[1], AgentPausedError)
        assert source.closed


def test_a_policy_about_the_whole_text_holds_it_all() -> None:
    schema = {"type": "object", "required": ["answer"]}
    policy = {
        "id": "json",
        "policyType": "output_schema",
        "enforcementMode": "block",
        "ruleDefinition": {"schema": schema},
    }
    text = json.dumps({"answer": FILLER * 30})
    with start(policy) as hp:
        assert read_all(hp.guard_stream([text[:50], text[50:]], agent_id="bot")) == ([text], None)
        out, error = read_all(hp.guard_stream([FILLER * 40], agent_id="bot"))
    assert out == []
    assert isinstance(error, PolicyBlockedError)


def test_a_text_that_is_too_long_to_be_judged_is_cut() -> None:
    source = Source(["x " * 65536] * 100)
    with start({**DENY, "enforcementMode": "monitor"}) as hp:
        assert isinstance(read_all(hp.guard_stream(source, agent_id="bot"))[1], EnforcementUnavailableError)
    assert source.read == 9


def test_objects_keep_their_place() -> None:
    parts = [{}, {"d": "write to ann@exam"}, {"stop": False}, {"d": "ple.com today"}, {"stop": True}]
    with start() as hp:
        stream = hp.guard_stream(
            parts, agent_id="bot", read=lambda part: part.get("d"), write=lambda part, text: {**part, "d": text}
        )
        assert read_all(stream) == (
            [{}, {"d": "write to [EMAIL]"}, {"stop": False}, {"d": " today"}, {"stop": True}],
            None,
        )


def test_parts_that_cannot_be_read_do_not_pass() -> None:
    with start() as hp:
        out, error = read_all(hp.guard_stream([{"d": "x"}], agent_id="bot"))
        assert out == []
        assert isinstance(error, ConfigError)
        for text in (["ann@example.com"], 0, False, {}):
            stream = hp.guard_stream(
                [{"d": text}], agent_id="bot", read=lambda part: part["d"], write=lambda part, _: part
            )
            out, error = read_all(stream)
            assert (out, isinstance(error, ConfigError)) == ([], True)
        for bad in ("text", b"text", 3):
            with pytest.raises(ConfigError):
                hp.guard_stream(bad, agent_id="bot")
        with pytest.raises(ConfigError):
            hp.guard_stream(["x"], agent_id="bot", read=str)


def test_what_has_gone_out_stands_when_the_policies_change(tmp_path: Path) -> None:
    path = tmp_path / "policies.json"
    path.write_text(json.dumps({"policies": [MASK]}))
    with Holdpoint(policies=path, reload_debounce_ms=1) as hp:
        stream = hp.guard_stream(["ann@example.com wrote. "] * 80, agent_id="bot")
        first = next(stream)
        rule = {"mask_output": True, "strategy": "mask"}
        policies = [{**MASK, "ruleDefinition": rule}]
        hp._running.sync.apply_local(_read(policies))
        rest = "".join(read_all(stream)[0])
    count = first.count("[EMAIL]")
    assert count > 0
    assert first + rest == "[EMAIL] wrote. " * count + "*************** wrote. " * (80 - count)


def _read(policies: list[dict[str, Any]]) -> Any:
    return read_policy_value(policies)


class AsyncSource:
    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            for part in self.parts:
                await asyncio.sleep(0)
                yield part
        finally:
            self.closed = True


def test_asynchronous_streams_behave_the_same() -> None:
    async def main() -> None:
        async with AsyncHoldpoint(start()) as hp:
            whole = [
                part async for part in hp.guard_stream(AsyncSource(["write to ann@exam", "ple.com "]), agent_id="b")
            ]
            assert "".join(whole) == "write to [EMAIL] "
            plain = [part async for part in hp.guard_stream(["write to ann@example.com "], agent_id="b")]
            assert "".join(plain) == "write to [EMAIL] "
            out: list[str] = []
            cut_off = AsyncSource([FILLER] * 20 + ["forbidden ", "fruit "] + [FILLER] * 50)

            async def read() -> None:
                async for part in hp.guard_stream(cut_off, agent_id="b"):
                    out.append(part)

            with pytest.raises(PolicyBlockedError):
                await read()
            assert "forbidden" not in "".join(out)
            assert cut_off.closed
            async with hp.guard_stream(source := AsyncSource([FILLER] * 100).__aiter__(), agent_id="b") as stream:
                await anext(stream)
            with pytest.raises(StopAsyncIteration):
                await anext(source)

    asyncio.run(main())


_KEY = "AKIA" + "IOSFODNN7" + "EXAMPLE"
_FRAGMENTS = [
    "Dear Ms Smith, ",
    "write to ann@example.com please ",
    "the card 4111 1111 1111 1111 was lost\n",
    "call +1 202 555 0143 or (202) 555-0144. ",
    "IBAN DE89 3704 0044 0532 0130 00 ",
    f"aws_access_key_id = {_KEY}\n",
    "his number is 078-05-1120, ",
    FILLER,
    "請寫信給我們。",
    "a forbidden fruit ",
    "naïve 🚀🚀 ",
    "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0 ",
    "1234 5678 9012 3456 7890 ",
    "\n\n",
    ", ",
    "a",
    "@example.org ",
]
_TEXTS = st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map("".join)
_CUTS = st.lists(st.integers(1, 40), min_size=1, max_size=12)


def cut(text: str, lengths: list[int]) -> Iterator[str]:
    at = turn = 0
    while at < len(text):
        length = lengths[turn % len(lengths)]
        yield text[at : at + length]
        at += length
        turn += 1


@pytest.fixture(scope="module", params=["redact", "tokenize"])
def client(request: pytest.FixtureRequest) -> Iterator[Holdpoint]:
    mask = {**MASK, "ruleDefinition": {"mask_output": True, "strategy": request.param}}
    with start(mask, KEYS, DENY) as hp:
        yield hp


@given(_TEXTS, _CUTS)
@settings(max_examples=100, deadline=None)
def test_a_stream_gives_what_the_whole_text_is_given_out_as(
    client: Callable[..., Any], text: str, lengths: list[int]
) -> None:
    hp: Any = client
    vault = hp.create_token_vault()
    verdict = hp._running.enforcer.judge({"agentId": "bot", "phase": "output", "output": text}, None, vault).decision
    out, error = read_all(hp.guard_stream(cut(text, lengths), agent_id="bot", vault=vault))
    assert isinstance(error, PolicyBlockedError) is not verdict.allowed
    assert "forbidden fruit" not in "".join(out)
    assert "請寫信" not in "".join(out)
    if verdict.allowed:
        assert "".join(out) == text_of(verdict, "/output", text)
