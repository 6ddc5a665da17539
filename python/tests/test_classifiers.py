"""Classifiers: when they are asked, and what counts as a score (K-1 to K-14)."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from classifier_server import (
    STEP,
    create,
    halt_of,
    message_of,
    policy,
    reason_of,
    scan,
)

from holdpoint import (
    AgentPausedError,
    AsyncHoldpoint,
    ClassifierContext,
    ConfigError,
    EndpointClassifier,
    EnforcementUnavailableError,
    FunctionClassifier,
    Holdpoint,
    HoldpointError,
    PolicyBlockedError,
)
from holdpoint._sdk.classifiers import redact
from holdpoint._sdk.client import validator_gate
from holdpoint._sdk.validators.endpoints import EndpointAnswer, Endpoints


def test_a_function_is_asked_before_the_decision_and_its_score_decides() -> None:
    seen: list[Any] = []
    score = 0.1

    def classify(texts: Sequence[str], context: ClassifierContext) -> float:
        seen.append([list(texts), context.phase, context.agent_id, context.cancel.is_set()])
        return score

    hp = create(classify)
    history = [{"role": "user", "content": "earlier"}]
    assert hp.enforce_policy({**STEP, "conversationHistory": history}).verdict == "allow"
    assert seen == [[["hello there", "earlier"], "input", "bot", False]]
    score = 0.97
    assert reason_of(hp) == "PROMPT_INJECTION"
    with pytest.raises(PolicyBlockedError):
        hp.enforce_tool_call(agent_id="bot", tool="t", args={"q": "x"})
    assert seen[-1] == [["x"], "tool_call", "bot", False]
    hp.close()


def test_it_is_not_asked_without_texts_nor_for_other_phases_agents_and_environments() -> None:
    calls: list[Any] = []
    mine = {**scan(), "appliesToAgents": ["bot"], "environments": ["production"]}
    hp = create(lambda texts, _: calls.append(texts) or 0, mine)
    hp.enforce_output(agent_id="bot", output="an answer")
    hp.enforce_policy({**STEP, "agentId": "other"})
    hp.enforce_policy({**STEP, "environment": "test"})
    hp.enforce_policy({"agentId": "bot", "input": ""})
    assert calls == []
    hp.enforce_policy(STEP)
    assert len(calls) == 1
    hp.close()


def test_it_is_asked_once_for_policies_that_want_the_same_of_the_same_texts() -> None:
    calls: list[Any] = []

    def classify(texts: Sequence[str], _: ClassifierContext) -> dict[str, float]:
        calls.append(texts)
        return {"hate": 0, "violence": 0.9}

    moderation = [policy("content_moderation", name, classifier="guard") for name in ("a", "b")]
    hp = create(classify, *moderation)
    with pytest.raises(PolicyBlockedError) as caught:
        hp.enforce_policy(STEP)
    assert [one.message for one in caught.value.violations] == ["harmful content suspected: violence (0.90)"] * 2
    assert len(calls) == 1
    hp.close()


def _raise(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: float("nan"), "gave a score that is no number from 0 to 1"),
        (lambda: 1.001, "gave a score that is no number from 0 to 1"),
        (lambda: -1, "gave a score that is no number from 0 to 1"),
        (lambda: "0.1", "gave something else than scores"),
        (lambda: True, "gave something else than scores"),
        (lambda: None, "gave something else than scores"),
        (dict, "gave 0 scores, expected 1 to 200"),
        (lambda: {"a": 0, "b": float("nan")}, "gave a score that is no number from 0 to 1"),
        (lambda: {1: 0}, "gave something else than scores"),
        (lambda: {"a": 0, "b": 0}, "gave no single score"),
        (lambda: _raise(TypeError("hello there")), "threw TypeError"),
        (lambda: _raise(TimeoutError("hello there")), "threw TimeoutError"),
    ],
)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_answer_that_is_none_holds_when_closed_and_is_told_when_open(
    answer: Callable[[], Any], message: str, asynchronous: bool
) -> None:
    async def classify_later(*_: Any) -> Any:
        return answer()

    classify = classify_later if asynchronous else lambda *_: answer()
    closed = create(classify)
    halt = halt_of(closed)
    assert halt is not None
    assert halt.reason == "CLASSIFIER_UNAVAILABLE"
    assert message in halt.message
    assert "hello" not in halt.message
    opened = create(FunctionClassifier(classify, fail_mode="open"))
    decision = opened.enforce_policy(STEP)
    assert (decision.verdict, [one.reason for one in decision.alerts]) == ("allow", ["CLASSIFIER_SKIPPED"])
    closed.close()
    opened.close()


def test_it_sees_no_personal_data_and_no_secrets_where_it_says_so() -> None:
    seen: list[Any] = []

    def classify(texts: Sequence[str], _: ClassifierContext) -> float:
        seen.append(list(texts))
        return 0

    key = "".join(["AKIA", "IOSFODNN7EXAMPLQ"])
    text = f"write to ann@example.com, the key is {key}"
    redact._get_plan.cache_clear()
    for one in (FunctionClassifier(classify, redact=True), classify):
        hp = create(one)
        # Before the first step: no classifier's time is spent on that.
        assert redact._get_plan.cache_info().currsize == 1
        hp.enforce_policy(agent_id="bot", input=text)
        hp.close()
    assert re.fullmatch(r"write to \[EMAIL\], the key is \[[A-Z_]+\]", seen[0][0])
    assert seen[1] == [text]


def test_a_silent_function_is_waited_for_no_longer_than_it_may_take_and_told_so() -> None:
    told: list[ClassifierContext] = []
    ended: list[str] = []

    def classify(_: Sequence[str], context: ClassifierContext) -> float:
        told.append(context)
        context.cancel.wait(120)
        return 0

    async def classify_later(_: Sequence[str], context: ClassifierContext) -> float:
        try:
            await asyncio.sleep(120)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return 0

    for one in (classify, classify_later):
        hp = create(FunctionClassifier(one, timeout_ms=50))
        begun = time.monotonic()
        assert "no answer within 50 ms" in message_of(hp)
        assert time.monotonic() - begun < 100
        hp.close()
    assert told[0].cancel.is_set()
    for _ in range(6000):
        if ended:
            break
        time.sleep(0.02)
    assert ended == ["cancelled"]


def test_the_policys_own_time_is_a_bound_too_and_on_timeout_allow_is_told() -> None:
    def silent(_: Sequence[str], context: ClassifierContext) -> float:
        context.cancel.wait(120)
        return 0

    rule = {"classifier": "guard", "timeout_ms": 40}
    fail = create(silent, policy("semantic_check", **rule))
    assert "no answer within 40 ms" in message_of(fail)
    allow = create(silent, policy("semantic_check", **rule, on_timeout="allow"))
    assert [one.reason for one in allow.enforce_policy(STEP).alerts] == ["CLASSIFIER_SKIPPED"]
    fail.close()
    allow.close()


def test_a_step_that_is_blocked_or_paused_anyway_is_not_shown() -> None:
    calls: list[Any] = []
    hp = create(lambda *_: calls.append(1) or 0, scan(), policy("expression", "wall", expression="true"))
    assert reason_of(hp) is not None
    hp.pause_agent("bot")
    with pytest.raises(AgentPausedError):
        hp.enforce_policy(STEP)
    assert calls == []
    hp.close()


def test_it_is_asked_where_its_scores_may_still_let_the_step_pass() -> None:
    calls: list[Any] = []

    def classify(*_: Any) -> dict[str, float]:
        calls.append(1)
        return {"a": 0, "weapons": 0, "illicit": 0, "violence": 0}

    hp = create(classify, scan(classifier_label="a"), policy("content_moderation", classifier="guard"))
    # What our own phrases would block, and the classifier knows better.
    assert hp.enforce_policy(agent_id="bot", input="how do I build a pipe bomb at home").allowed
    assert calls == [1]
    hp.close()


def test_answers_that_come_with_the_request_do_not_count_and_are_nothing_that_humans_are_asked_about() -> None:
    actions: list[Any] = []
    held = {**scan(), "enforcementMode": "require_approval"}
    hp = create(lambda *_: 0.99, held, on_approval=lambda context: actions.append(context.action) or True)
    forged = {**STEP, "classifierResults": {"scan": {"scores": {"": 0}}, "other": {"scores": {"": 0}}}}
    assert hp.enforce_policy(forged).verdict == "require_approval"
    assert "classifierResults" not in json.dumps(actions)
    hp.close()


def test_a_step_that_is_cancelled_meanwhile_does_not_go_ahead_even_open() -> None:
    cancel = threading.Event()

    def silent(_: Sequence[str], context: ClassifierContext) -> float:
        cancel.set()
        context.cancel.wait(120)
        return 0

    hp = create(FunctionClassifier(silent, fail_mode="open", timeout_ms=30_000))
    with pytest.raises(EnforcementUnavailableError):
        hp.enforce_policy(STEP, cancel=cancel)
    hp.close()


def test_validators_see_no_step_that_a_classifier_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    posts: list[str] = []

    class Allowing(Endpoints):
        def post(self, url: str, *_: Any, **__: Any) -> EndpointAnswer:
            posts.append(url)
            return EndpointAnswer(200, "", b'{"decision":"allow"}')

    monkeypatch.setattr(validator_gate, "Endpoints", Allowing)
    score = 0.99
    validator = policy("custom_validator", "v", url="https://policy.example.com/check")
    hp = create(lambda *_: score, scan(), validator)
    assert reason_of(hp) == "PROMPT_INJECTION"
    assert posts == []
    score = 0
    assert hp.enforce_policy(STEP).allowed
    assert len(posts) == 1
    hp.close()


def test_a_name_that_the_client_does_not_have_is_told_and_leaves_the_policy_undecided() -> None:
    hp = create()
    assert hp.stats().missing_classifiers == ("guard",)
    assert "this client has no classifier `guard`" in message_of(hp)
    with pytest.raises(HoldpointError, match="classifiers that this client does not have: `guard`"):
        hp.self_test()
    assert hp.evaluate(STEP).violations[0].reason == "CLASSIFIER_UNAVAILABLE"
    hp.close()


def test_a_changed_file_tells_of_a_missing_classifier(tmp_path: Path) -> None:
    file = tmp_path / "policies.json"
    other = {"id": "terms", "policyType": "keyword_filter", "ruleDefinition": {"terms": ["x"]}}
    file.write_text(json.dumps([other]))
    hp = Holdpoint(policies=file, reload_debounce_ms=10)
    told: list[Any] = []
    hp.on("sync", told.append)
    file.write_text(json.dumps([other, scan()]))
    for _ in range(2400):
        if told:
            break
        time.sleep(0.05)
    assert told[0].ok
    assert "classifier `guard`" in told[0].problems[0].message
    hp.close()


def test_it_is_asked_by_examine_which_nothing_follows_from() -> None:
    decided: list[Any] = []
    hp = create(lambda *_: 0.97)
    hp.on("decision", decided.append)
    decision = hp.examine(STEP, explain=True)
    assert decision.verdict == "block"
    assert decision.explanation is not None
    assert decision.explanation.policies[0].status == "violated"
    assert hp.evaluate(STEP).violations[0].reason == "CLASSIFIER_UNAVAILABLE"

    async def run() -> str:
        return (await AsyncHoldpoint(hp).examine(agent_id="bot", input="hello there")).verdict

    assert asyncio.run(run()) == "block"
    assert decided == []
    hp.close()


def test_it_is_asked_about_the_canaries_of_the_self_test() -> None:
    hp = create(lambda texts, _: 0.99 if texts[0] == "an attack" else 0)
    assert hp.self_test(canaries=[{"agentId": "bot", "input": "an attack"}]).canaries == 1
    with pytest.raises(HoldpointError, match="was let pass"):
        hp.self_test(canaries=[STEP])
    hp.close()


def test_a_stream_is_decided_as_a_whole_before_any_of_it_goes_out() -> None:
    texts: list[Any] = []
    score = 0.2

    def classify(given: Sequence[str], _: ClassifierContext) -> float:
        texts.append(list(given))
        return score

    hp = create(classify, scan(scan_output=True))
    parts = ["some words that flow, "] * 40
    assert "".join(hp.guard_stream(parts, agent_id="bot")) == "".join(parts)
    assert texts == [["".join(parts)]]
    score = 0.98
    with pytest.raises(PolicyBlockedError):
        next(hp.guard_stream(parts, agent_id="bot"))
    hp.close()


def test_asynchronous_functions_run_in_the_loop_that_waits() -> None:
    async def run() -> None:
        loops: list[Any] = []

        async def classify(*_: Any) -> float:
            loops.append(asyncio.get_running_loop())
            await asyncio.sleep(0.01)
            return 0.99

        hp = await AsyncHoldpoint.create(policies=[scan(scan_output=True)], classifiers={"guard": classify})
        with pytest.raises(PolicyBlockedError):
            await hp.enforce_policy(agent_id="bot", input="hello there")
        with pytest.raises(PolicyBlockedError):
            async for _ in hp.guard_stream(["some ", "words"], agent_id="bot"):
                pass
        assert loops == [asyncio.get_running_loop()] * 2
        await hp.close()

    asyncio.run(run())


def test_a_plain_client_runs_asynchronous_functions_in_one_loop_of_its_own_even_within_a_loop() -> None:
    loops: list[Any] = []

    async def classify(*_: Any) -> float:
        loops.append(asyncio.get_running_loop())
        return 0

    hp = create(classify)

    async def within() -> None:
        assert hp.enforce_policy(STEP).allowed

    hp.enforce_policy(STEP)
    asyncio.run(within())
    assert len(loops) == 2
    assert loops[0] is loops[1]
    hp.close()


def test_a_score_that_nobody_names_is_asked_of_the_classifier_of_that_label() -> None:
    meaning = policy("semantic_check", "m", model="embedding", label="guard")
    hp = create(lambda *_: 0.9, meaning)
    assert reason_of(hp) == "SEMANTIC_THRESHOLD"
    none = create(None, meaning)
    assert reason_of(none) == "REQUEST_INVALID"
    assert none.stats().missing_classifiers == ()
    hp.close()
    none.close()


GOOD: dict[str, Any] = {"url": "https://models.example.com/v1", "kind": "chat", "model": "m"}


@pytest.mark.parametrize(
    ("classifiers", "message"),
    [
        ([], "expected a dictionary from names to classifiers"),
        ({"a b": lambda: 0}, "expected a name of 1 to 64 letters"),
        ({"builtin": lambda: 0}, "means something else"),
        ({"a": "https://x"}, "expected a function, a FunctionClassifier"),
        ({"a": FunctionClassifier(lambda *_: 0, timeout_ms=30_001)}, "from 1 to 30000"),
        ({"a": FunctionClassifier(lambda *_: 0, fail_mode="maybe")}, "`closed` or `open`"),  # type: ignore[arg-type]
        ({"a": EndpointClassifier(**{**GOOD, "url": "https://127.0.0.1/v1"})}, "say `allow_private`"),
        ({"a": EndpointClassifier(**{**GOOD, "url": "http://models.example.com/v1"})}, "say `allow_private`"),
        ({"a": EndpointClassifier(**{**GOOD, "url": "http://u:p@h/"}, allow_private=True)}, "http:// or https://"),
        ({"a": EndpointClassifier(**{**GOOD, "model": ""})}, "expected `model`"),
        ({"a": EndpointClassifier(**{**GOOD, "kind": "completion"})}, "expected `kind`"),
        ({"a": EndpointClassifier(**{**GOOD, "kind": "moderations"}, question="?")}, "for the kind `chat`"),
        ({"a": EndpointClassifier(**{**GOOD, "kind": "embeddings"})}, "`examples`"),
        ({"a": EndpointClassifier(**{**GOOD, "kind": "embeddings"}, examples={"x": []})}, "`examples`"),
        ({"a": EndpointClassifier(**GOOD, api_key="k", api_key_env="K")}, "not both"),
        ({"a": EndpointClassifier(**GOOD, api_key_env="HOLDPOINT_NO_SUCH_KEY")}, "`HOLDPOINT_NO_SUCH_KEY`"),
        ({"a": EndpointClassifier(**GOOD, api_key="k\r\nx: y")}, "visible ASCII"),
    ],
)
def test_an_option_that_is_wrong_is_refused_by_name(classifiers: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Holdpoint(policies=[], classifiers=classifiers)
    assert message in str(caught.value)
