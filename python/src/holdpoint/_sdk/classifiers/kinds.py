"""Classifiers that are endpoints (clauses K-10 to K-13)."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..._core import is_public_address
from ..._core.decide.numbers import is_number
from ..._gen.tables import CLASSIFIER_ANSWER_BYTES, CLASSIFIER_REQUEST_BYTES, CLASSIFIERS
from ..transport.api import member, parse_json
from ..validators.endpoints import AnswerTooLongError, Endpoints
from .classifier import ClassifierAsk, LabelledScores, LateError, NoScoreError, check_score, check_scores

AskEndpoint = Callable[[ClassifierAsk], LabelledScores]
Vectors = Sequence[Sequence[float]]

_OK = 200
_OWN_LABELS: dict[str, str] = {
    label: own for own, labels in CLASSIFIERS["moderationLabels"].items() for label in labels
}


class Endpoint(NamedTuple):
    """`allow_private`: whether any address may be reached, http too."""

    endpoints: Endpoints
    url: str
    api_key: str | None
    allow_private: bool


def post_endpoint(endpoint: Endpoint, body: dict[str, Any], ask: ClassifierAsk) -> Any:
    """One POST of JSON; the parsed answer. Raises NoScoreError."""
    try:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # Halves of surrogate pairs have no UTF-8; written as escapes they are JSON.
        data = json.dumps(body, separators=(",", ":")).encode()
    if len(data) > CLASSIFIER_REQUEST_BYTES:
        raise NoScoreError("the texts are too large")
    headers = {"content-type": "application/json", "accept": "application/json"}
    if endpoint.api_key is not None:
        headers["authorization"] = f"Bearer {endpoint.api_key}"
    reach: Callable[[str], bool] = (lambda _: True) if endpoint.allow_private else is_public_address
    try:
        answer = endpoint.endpoints.post(
            endpoint.url,
            headers,
            data,
            ask.until,
            CLASSIFIER_ANSWER_BYTES,
            reach,
            keep=True,
            allow_http=endpoint.allow_private,
        )
    except AnswerTooLongError as error:
        raise NoScoreError("the answer is too long") from error
    except TimeoutError as error:
        raise LateError from error
    except Exception as error:
        if time.monotonic() >= ask.until:
            raise LateError from error
        # Errors of the network may name addresses.
        raise NoScoreError("could not be reached") from error
    if answer.status != _OK:
        raise NoScoreError(f"answered {answer.status}")
    try:
        text = answer.body.decode()
    except UnicodeDecodeError as error:
        raise NoScoreError("answered something else than JSON") from error
    # The sign for what is no UTF-8: somebody in between has already read it so.
    parsed = None if "\ufffd" in text else parse_json(text)
    if parsed is None:
        raise NoScoreError("answered something else than JSON")
    return parsed


def ask_moderations(endpoint: Endpoint, model: str) -> AskEndpoint:
    """Category scores of an OpenAI-compatible moderation endpoint, the highest of all texts, under our own names."""

    def score(ask: ClassifierAsk) -> LabelledScores:
        results = member(post_endpoint(endpoint, {"model": model, "input": list(ask.texts)}, ask), "results")
        if not isinstance(results, list) or len(results) != len(ask.texts):
            raise _strange()
        best: LabelledScores = {}
        for result in results:
            scores = member(result, "category_scores")
            if not isinstance(scores, dict):
                raise _strange()
            for category, said in scores.items():
                # Kinds that the endpoint knows and does not score for texts.
                if said is None:
                    continue
                name = str(category)
                label = _OWN_LABELS.get(name, name)
                best[label] = max(best.get(label, 0.0), check_score(said))
        return check_scores(best)

    return score


def ask_chat(endpoint: Endpoint, model: str, question: str) -> AskEndpoint:
    """A chat model that answers one question about all texts with a JSON object."""
    system = f"{CLASSIFIERS['chatBefore']}{question}{CLASSIFIERS['chatAfter']}"

    def score(ask: ClassifierAsk) -> LabelledScores:
        texts = json.dumps(list(ask.texts), ensure_ascii=False, separators=(",", ":"))
        body = {
            "model": model,
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": texts}],
        }
        choices = member(post_endpoint(endpoint, body, ask), "choices")
        content = member(choices[0], "message", "content") if isinstance(choices, list) and choices else None
        if not isinstance(content, str):
            raise _strange()
        said = parse_json(content)
        if not isinstance(said, dict):
            raise NoScoreError("answered something else than a JSON object with a score")
        return {"": check_score(said.get("score"))}

    return score


def ask_embeddings(endpoint: Endpoint, model: str, examples: Sequence[tuple[str, str]]) -> AskEndpoint:
    """How near the texts are to examples (label, text); the examples' vectors are asked for once and kept."""
    kept: list[Vectors] = []

    def embed(texts: Sequence[str], ask: ClassifierAsk) -> Vectors:
        body = {"model": model, "input": list(texts), "encoding_format": "float"}
        return _read_vectors(post_endpoint(endpoint, body, ask), len(texts))

    def score(ask: ClassifierAsk) -> LabelledScores:
        # Another thread may take them away at any time.
        near = next(iter(kept), None)
        if near is None:
            # One request for both: a step that waits pays for one.
            vectors = embed([*(text for _, text in examples), *ask.texts], ask)
            near, vectors = vectors[: len(examples)], vectors[len(examples) :]
        else:
            vectors = embed(ask.texts, ask)
        if len({len(vector) for vector in (*near, *vectors)}) != 1:
            # Another model may stand behind the address now: what fits no longer is asked for again next time.
            kept.clear()
            raise _strange()
        kept[:] = [near]
        best: LabelledScores = {}
        for (label, _), example in zip(examples, near, strict=True):
            best[label] = max(best.get(label, 0.0), *(_cosine(vector, example) for vector in vectors))
        return check_scores(best)

    return score


def ask_policy_url(endpoint: Endpoint, label: str) -> AskEndpoint:
    """An address that a policy names: our own small protocol (clause K-11)."""

    def score(ask: ClassifierAsk) -> LabelledScores:
        body = {
            "policyId": ask.policy_id,
            "label": label,
            "agentId": ask.agent_id,
            "phase": ask.phase,
            "texts": list(ask.texts),
        }
        answer = post_endpoint(endpoint, body, ask)
        if not isinstance(answer, dict):
            raise _strange()
        scores = answer.get("scores")
        return check_scores(answer.get("score") if scores is None else scores)

    return score


def _strange() -> NoScoreError:
    return NoScoreError("answered something else than expected")


def _read_vectors(answer: Any, count: int) -> Vectors:
    """Unit vectors, in the order of the texts."""
    data = member(answer, "data")
    if not isinstance(data, list) or len(data) != count:
        raise _strange()
    vectors: dict[int, Sequence[float]] = {}
    for position, item in enumerate(data):
        if not isinstance(item, Mapping):
            raise _strange()
        index, vector = item.get("index"), item.get("embedding")
        index = position if index is None else index
        if (
            not is_number(index)
            or not math.isfinite(index)
            or index != int(index)
            or not 0 <= index < count
            or index in vectors
        ):
            raise _strange()
        if not isinstance(vector, list) or not all(is_number(one) and math.isfinite(one) for one in vector):
            raise _strange()
        length = math.sqrt(sum(one * one for one in vector))
        if not 0 < length < math.inf:
            raise _strange()
        vectors[int(index)] = [one / length for one in vector]
    return [vectors[index] for index in range(count)]


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """From 0 to 1: rounding may pass 1 by a hair, and what is opposite is no nearer than what is foreign."""
    return min(1.0, max(0.0, sum(a * b for a, b in zip(one, other, strict=True))))
