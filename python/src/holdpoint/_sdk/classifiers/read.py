"""The option `classifiers`, checked (clause K-1)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

from ..._core import is_endpoint_url
from ..._core.decide.numbers import is_number
from ..._gen import tables
from ..._gen.errors import ConfigError
from ..types import EndpointClassifier, FunctionClassifier
from ..validators.endpoints import Endpoints
from .ask_function import ask_function
from .classifier import ReadyClassifier
from .kinds import AskEndpoint, Endpoint, ask_chat, ask_embeddings, ask_moderations
from .own_loop import OwnLoop
from .redact import prepare_redaction, redact_texts

_NAME = re.compile("[A-Za-z0-9._-]+")
_VISIBLE = re.compile("[!-~]+")
_RESERVED = ("builtin", "registered")
_KINDS = ("moderations", "chat", "embeddings")


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name

    def fail(self, message: str) -> NoReturn:
        raise ConfigError(f"classifier `{self._name[: tables.MAX_CLASSIFIER_NAME_CHARS]}`: {message}")


class Classifiers(NamedTuple):
    """Those of a client, and what they share."""

    by_name: dict[str, ReadyClassifier]
    endpoints: Endpoints
    own_loop: OwnLoop


def read_classifiers(option: Any) -> Classifiers:
    """The classifiers. Raises ConfigError, naming the one at fault."""
    endpoints, own_loop = Endpoints(), OwnLoop()
    return Classifiers(_read_all(option, endpoints, own_loop), endpoints, own_loop)


def _read_all(option: Any, endpoints: Endpoints, own_loop: OwnLoop) -> dict[str, ReadyClassifier]:
    if option is None:
        return {}
    if not isinstance(option, Mapping):
        raise ConfigError("option `classifiers`: expected a dictionary from names to classifiers")
    if len(option) > tables.MAX_CLASSIFIERS:
        raise ConfigError(f"option `classifiers`: at most {tables.MAX_CLASSIFIERS} are allowed")
    return {name: _read_one(name, given, endpoints, own_loop) for name, given in option.items()}


def _read_one(name: Any, given: Any, endpoints: Endpoints, own_loop: OwnLoop) -> ReadyClassifier:
    reader = _Reader(str(name))
    most = tables.MAX_CLASSIFIER_NAME_CHARS
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > most:
        reader.fail(f"expected a name of 1 to {most} letters, digits, `.`, `_` and `-`")
    if name in _RESERVED:
        reader.fail("this name means something else in policies")
    if isinstance(given, EndpointClassifier):
        return _create(given, _read_endpoint(given, endpoints, reader), reader)
    if not isinstance(given, FunctionClassifier):
        if not callable(given):
            reader.fail("expected a function, a FunctionClassifier or an EndpointClassifier")
        given = FunctionClassifier(given)
    if not callable(given.classify):
        reader.fail("expected a function as `classify`")
    return _create(given, ask_function(given.classify, own_loop), reader)


def _create(given: FunctionClassifier | EndpointClassifier, score: AskEndpoint, reader: _Reader) -> ReadyClassifier:
    most = tables.MAX_CLASSIFIER_TIMEOUT_MS
    timeout_ms = tables.DEFAULT_CLASSIFIER_TIMEOUT_MS if given.timeout_ms is None else given.timeout_ms
    if not is_number(timeout_ms) or not 1 <= timeout_ms <= most:
        reader.fail(f"expected `timeout_ms` from 1 to {most}")
    fail_mode = given.fail_mode or tables.DEFAULT_CLASSIFIER_FAIL_MODE
    if fail_mode not in tables.FAIL_MODE_VALUES:
        reader.fail("expected `fail_mode` `closed` or `open`")
    if not isinstance(given.redact, bool):
        reader.fail("expected `redact` as a boolean")
    if given.redact:
        prepare_redaction()
        return ReadyClassifier(timeout_ms, fail_mode, lambda ask: score(ask._replace(texts=redact_texts(ask.texts))))
    return ReadyClassifier(timeout_ms, fail_mode, score)


def _read_endpoint(given: EndpointClassifier, endpoints: Endpoints, reader: _Reader) -> AskEndpoint:
    url, private = given.url, given.allow_private
    if not isinstance(private, bool):
        reader.fail("expected `allow_private` as a boolean")
    if not isinstance(url, str):
        reader.fail("expected `url`, the endpoint's whole address")
    if not private and not is_endpoint_url(url):
        reader.fail("expected `url` as an https address of a public host; for another one say `allow_private`")
    if private and not _is_http_url(url):
        reader.fail("expected `url` as an address that starts with http:// or https://")
    if not isinstance(given.model, str) or given.model == "":
        reader.fail("expected `model`, a name")
    if given.kind not in _KINDS:
        reader.fail("expected `kind` `moderations`, `chat` or `embeddings`")
    if given.question is not None and given.kind != "chat":
        reader.fail("`question` is for the kind `chat`")
    if given.examples is not None and given.kind != "embeddings":
        reader.fail("`examples` are for the kind `embeddings`")
    endpoint = Endpoint(endpoints, url, _read_key(given, reader), private)
    if given.kind == "moderations":
        return ask_moderations(endpoint, given.model)
    if given.kind == "embeddings":
        return ask_embeddings(endpoint, given.model, _read_examples(given.examples, reader))
    question = tables.DEFAULT_CLASSIFIER_QUESTION if given.question is None else given.question
    if not isinstance(question, str) or question == "":
        reader.fail("expected `question`, a text")
    if len(question) > tables.MAX_CLASSIFIER_QUESTION_CHARS:
        reader.fail(f"`question` is longer than {tables.MAX_CLASSIFIER_QUESTION_CHARS} characters")
    return ask_chat(endpoint, given.model, question)


def _is_http_url(value: str) -> bool:
    try:
        url = urlsplit(value)
        named = bool(url.hostname) and url.port != 0 and url.username is None and url.password is None
    except ValueError:
        return False
    return named and url.scheme in ("http", "https") and _VISIBLE.fullmatch(value) is not None


def _read_key(given: EndpointClassifier, reader: _Reader) -> str | None:
    """The key itself, or the variable that holds it; visible ASCII, for it goes into a header."""
    if given.api_key is None and given.api_key_env is None:
        return None
    if given.api_key is not None and given.api_key_env is not None:
        reader.fail("give `api_key` or `api_key_env`, not both")
    key = given.api_key
    if given.api_key_env is not None:
        if not isinstance(given.api_key_env, str):
            reader.fail("expected `api_key_env`, a variable's name")
        key = os.environ.get(given.api_key_env)
        if not key:
            reader.fail(f"the environment has no variable `{given.api_key_env[:64]}`")
    if not isinstance(key, str) or not _VISIBLE.fullmatch(key):
        reader.fail("expected the key as visible ASCII characters without spaces")
    return key


def _read_examples(examples: Any, reader: _Reader) -> list[tuple[str, str]]:
    lists = dict(examples) if isinstance(examples, Mapping) else {"": examples}
    read: list[tuple[str, str]] = []
    for label, texts in lists.items():
        if not isinstance(texts, Sequence) or isinstance(texts, str) or not texts:
            reader.fail("expected `examples`, lists of texts, at least one for each label")
        if not isinstance(label, str) or not all(isinstance(text, str) and text for text in texts):
            reader.fail("expected `examples` as lists of texts")
        read += [(label, text) for text in texts]
    if not read:
        reader.fail("expected `examples`, at least one for each label")
    if len(read) > tables.MAX_CLASSIFIER_EXAMPLES:
        reader.fail(f"has {len(read)} `examples`, at most {tables.MAX_CLASSIFIER_EXAMPLES} are allowed")
    return read
