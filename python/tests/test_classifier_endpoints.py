"""Classifiers behind endpoints: what they are asked, what counts as an answer, and their bounds (K-1 to K-14)."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from classifier_server import (
    STEP,
    Answer,
    Model,
    create,
    endpoint,
    halt_of,
    message_of,
    policy,
    reason_of,
    said,
    scores,
)

from holdpoint import (
    EndpointClassifier,
)
from holdpoint._sdk.classifiers import read
from holdpoint._sdk.validators.endpoints import EndpointAnswer, Endpoints


@pytest.fixture(scope="module")
def one_model() -> Iterator[Model]:
    model = Model()
    yield model
    model.server.shutdown()


@pytest.fixture
def model(one_model: Model) -> Model:
    one_model.asked.clear()
    one_model.ports.clear()
    one_model.handle = lambda _: (200, b"{}")
    return one_model


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    model = Model(tmp_path_factory.mktemp("classifier"))
    yield model
    model.server.shutdown()


def test_moderations_give_the_highest_scores_under_our_own_names(model: Model) -> None:
    key = "-".join(["sk", "abc"])
    hp = create(endpoint(model, api_key=key), policy("content_moderation", classifier="guard"))
    row = {"hate": 0.1, "hate/threatening": 0.8, "self-harm/intent": 0.7, "sexual/minors": None}
    model.handle = lambda _: (200, scores(row))
    assert message_of(hp) == "harmful content suspected: hate (0.80), self_harm (0.70)"
    assert model.asked[0]["body"] == {"model": "m", "input": ["hello there"]}
    assert model.asked[0]["headers"]["authorization"] == f"Bearer {key}"
    assert key not in repr(endpoint(model, api_key=key))
    model.handle = lambda _: (200, scores({"hate": 0.1}))
    assert hp.enforce_policy(STEP).allowed
    assert len(set(model.ports)) == 1
    hp.close()


def test_chat_is_asked_one_question_coldly_and_must_answer_with_a_score(model: Model) -> None:
    hp = create(endpoint(model, "chat", question="Is this rude?"))
    model.handle = lambda _: (200, said('{"score": 0.2}'))
    assert hp.enforce_policy(STEP).allowed
    body = model.asked[0]["body"]
    system, user = body.pop("messages")
    assert body == {"model": "m", "temperature": 0, "response_format": {"type": "json_object"}}
    assert "Question: Is this rude? Answer with one JSON" in system["content"]
    assert user == {"role": "user", "content": '["hello there"]'}
    model.handle = lambda _: (200, said('{"score": 1}'))
    assert reason_of(hp) == "PROMPT_INJECTION"
    for strange in ("no", "0.1", '{"score": "0"}', '{"score": 2}', "{}", "[0]", '{"score":0} ok', None, ["x"]):
        model.handle = lambda _, content=strange: (200, said(content))  # type: ignore[misc]
        assert reason_of(hp) == "CLASSIFIER_UNAVAILABLE"
    hp.close()


def test_embeddings_score_nearness_to_examples_whose_vectors_are_asked_for_once(model: Model) -> None:
    vectors: dict[str, list[float]] = {"attack": [2, 0], "other": [0, 3], "hello there": [3, 4]}

    def answer(one: dict[str, Any]) -> Answer:
        texts = one["body"]["input"]
        data = [{"index": index, "embedding": vectors.get(text, [1, 0])} for index, text in enumerate(texts)]
        return 200, json.dumps({"data": data[::-1]}).encode()

    model.handle = answer
    guard = endpoint(model, "embeddings", examples=["attack", "other"])
    hp = create(guard, policy("semantic_check", classifier="guard", threshold=0.7))
    assert message_of(hp) == "score 0.8 in /input is over 0.7"
    asked = {"model": "m", "input": ["attack", "other", "hello there"], "encoding_format": "float"}
    assert model.asked[0]["body"] == asked
    assert halt_of(hp) is not None
    assert model.asked[1]["body"]["input"] == ["hello there"]
    for strange in ([1, 2, 3], [0, 0], []):
        vectors["hello there"] = strange
        assert reason_of(hp) == "CLASSIFIER_UNAVAILABLE"
    hp.close()


def test_embeddings_give_a_score_for_each_label_of_their_examples(model: Model) -> None:
    def answer(one: dict[str, Any]) -> Answer:
        data = [{"embedding": [0, 1] if text == "law" else [1, 0]} for text in one["body"]["input"]]
        return 200, json.dumps({"data": data}).encode()

    model.handle = answer
    guard = endpoint(model, "embeddings", examples={"hate": ["h1", "h2"], "illicit": ["law"]})
    hp = create(guard, policy("content_moderation", classifier="guard"))
    assert message_of(hp) == "harmful content suspected: hate (1.00)"
    hp.close()


def test_embeddings_ask_for_their_examples_again_when_they_fit_no_longer(model: Model) -> None:
    size = [2]

    def answer(one: dict[str, Any]) -> Answer:
        texts = one["body"]["input"]
        rows = [{"embedding": [int(at == (text != "attack")) for at in range(size[0])]} for text in texts]
        return 200, json.dumps({"data": rows}).encode()

    model.handle = answer
    hp = create(endpoint(model, "embeddings", examples=["attack"]), policy("injection_scan", classifier="guard"))
    assert halt_of(hp) is None
    # Another model stands behind the address now.
    size[0] = 3
    assert reason_of(hp) == "CLASSIFIER_UNAVAILABLE"
    assert halt_of(hp) is None
    assert [len(one["body"]["input"]) for one in model.asked] == [2, 1, 2]
    hp.close()


def test_embeddings_keep_no_vectors_of_an_answer_that_contradicts_itself(model: Model) -> None:
    model.handle = lambda _: (200, b'{"data":[{"embedding":[1,0]},{"embedding":[0,1,0]}]}')
    hp = create(endpoint(model, "embeddings", examples=["attack"]), policy("injection_scan", classifier="guard"))
    assert reason_of(hp) == "CLASSIFIER_UNAVAILABLE"
    model.handle = lambda _: (200, b'{"data":[{"embedding":[1,0,0]},{"embedding":[0,1,0]}]}')
    assert halt_of(hp) is None
    hp.close()


def test_moderations_may_name_their_categories_like_members_of_all_objects(model: Model) -> None:
    hp = create(endpoint(model), policy("content_moderation", classifier="guard"))
    model.handle = lambda _: (200, scores({"constructor": 0.9, "toString": 1, "__proto__": 0.5, "hate": 0.1}))
    assert halt_of(hp) is None
    hp.close()


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(120):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def _drip_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(80):
        handler.wfile.write(b"x: y\r\n")
        time.sleep(0.05)


def _promise(handler: BaseHTTPRequestHandler) -> None:
    """That it will go on, and nothing else."""
    for _ in range(120):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def _slam(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def _break_off(handler: BaseHTTPRequestHandler) -> None:
    """A whole document, and the end of the connection before all that was announced."""
    handler.send_response(200)
    handler.send_header("content-length", "500")
    handler.end_headers()
    handler.wfile.write(scores({"hate": 0.1}))
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((500, b"hello there"), "answered 500"),
        ((401, b"{}"), "answered 401"),
        ((204, b""), "answered 204"),
        ((307, b""), "answered 307"),
        ((200, b"hello there"), "answered something else than JSON"),
        ((200, b"<!doctype html><title>Sign in</title>"), "answered something else than JSON"),
        ((200, b'{"results":[{"category_scores":{"hate":0.1,"violence\xff":0.2}}]}'), "something else than JSON"),
        ((200, '{"results":[{"category_scores":{"hate":0.1,"violence\ufffd":0.2}}]}'.encode()), "else than JSON"),
        ((200, b"[" * 3_000_000), "answered something else than JSON"),
        ((200, b"\xff"), "answered something else than JSON"),
        ((200, b"[]"), "answered something else than expected"),
        ((200, b'{"results":[]}'), "answered something else than expected"),
        ((200, scores({"hate": 1.5})), "gave a score that is no number from 0 to 1"),
        ((200, b'{"results":[{"category_scores":{"hate":NaN}}]}'), "gave a score that is no number from 0 to 1"),
        ((200, b'{"results":"' + b"x" * 8_500_000 + b'"}'), "the answer is too long"),
        (_slam, "could not be reached"),
        (_break_off, "could not be reached"),
        (_drip, "no answer within 2000 ms"),
        (_drip_head, "no answer within 2000 ms"),
        (_promise, "no answer within 2000 ms"),
        (lambda _: time.sleep(6), "no answer within 2000 ms"),
    ],
)
def test_an_endpoint_that_fails_is_asked_no_second_time_and_quoted_nowhere(
    model: Model, answer: Answer, message: str
) -> None:
    slow = {"timeout_ms": 2000 if "2000" in message else 30_000}
    hp = create(endpoint(model, **slow), policy("content_moderation", classifier="guard"))
    model.handle = lambda _: answer
    halt = halt_of(hp)
    assert halt is not None
    assert halt.reason == "CLASSIFIER_UNAVAILABLE"
    assert message in halt.message
    assert "hello" not in halt.message
    assert len(model.asked) == 1
    hp.close()


def test_the_key_may_come_from_the_environment(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_TEST_KEY", "from-the-environment")
    guard = endpoint(model, api_key_env="HOLDPOINT_TEST_KEY")
    hp = create(guard, policy("content_moderation", classifier="guard"))
    model.handle = lambda _: (200, scores({"hate": 0}))
    hp.enforce_policy(STEP)
    assert model.asked[0]["headers"]["authorization"] == "Bearer from-the-environment"
    hp.close()


def reach(far: Model, monkeypatch: pytest.MonkeyPatch, *addresses: str, trust_loopback: bool = True) -> None:
    """Names lead to the endpoint; only the judgement of its own loopback address is lifted."""
    far.asked.clear()
    far.ports.clear()

    class Reaching(Endpoints):
        def post(self, *args: Any, **named: Any) -> EndpointAnswer:
            *others, may_reach = args

            def judge(address: str) -> bool:
                return (trust_loopback and address == "127.0.0.1") or bool(may_reach(address))

            return super().post(*others, judge, **named)

    monkeypatch.setattr(read, "Endpoints", lambda: Reaching(lambda _: addresses, far.trusted))


def public(far: Model, **more: Any) -> EndpointClassifier:
    return EndpointClassifier(f"https://policy.example.com:{far.port}/v1/chat", "chat", "m", **more)


def test_a_public_address_is_judged_and_the_connection_kept(far: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    reach(far, monkeypatch, "127.0.0.1")
    far.handle = lambda _: (200, said('{"score":0}'))
    hp = create(public(far))
    for _ in range(3):
        assert hp.enforce_policy(STEP).allowed
    assert (len(far.asked), len(set(far.ports))) == (3, 1)
    # A kept connection that the other side closes before it answers is replaced once.
    turns: list[int] = []

    def once(_: Any) -> Answer:
        turns.append(1)
        return _slam if len(turns) == 1 else (200, said('{"score":0}'))

    far.handle = once
    assert hp.enforce_policy(STEP).allowed
    assert len(set(far.ports)) == 2
    hp.close()


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.216.34", "169.254.169.254"], []])
def test_a_name_that_leads_to_a_private_network_or_nowhere_is_not_asked(
    far: Model, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    reach(far, monkeypatch, *addresses)
    hp = create(public(far))
    assert "could not be reached" in message_of(hp)
    assert far.asked == []
    hp.close()


def test_a_redirect_is_not_followed(far: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    reach(far, monkeypatch, "127.0.0.1")
    far.handle = lambda _: (307, b"")
    hp = create(public(far, api_key="k"))
    assert "answered 307" in message_of(hp)
    assert len(far.asked) == 1
    hp.close()


def test_an_address_of_the_policy_is_asked_without_a_key_where_no_score_is_brought(
    far: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach(far, monkeypatch, "127.0.0.1")
    far.handle = lambda _: (200, b'{"score":0.9}')
    url = f"https://policy.example.com:{far.port}/s"
    meaning = policy("semantic_check", "m", model="endpoint", url=url, label="advice")
    hp = create(None, meaning)
    assert message_of(hp) == "score 0.9 in /input is over 0.5"
    body = {"policyId": "m", "label": "advice", "agentId": "bot", "phase": "input", "texts": ["hello there"]}
    assert far.asked[0]["body"] == body
    assert "authorization" not in far.asked[0]["headers"]
    assert hp.enforce_policy({**STEP, "classifications": {"advice": 0.1}}).allowed
    assert len(far.asked) == 1
    hp.close()
    reach(far, monkeypatch, "127.0.0.1", trust_loopback=False)
    judged = create(None, meaning)
    assert reason_of(judged) == "CLASSIFIER_UNAVAILABLE"
    judged.close()
