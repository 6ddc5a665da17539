"""One question to one validator (clauses V-5 to V-11)."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any
from urllib.parse import urljoin

from ..._core import ValidatorQuestion, is_endpoint_url, is_public_address
from ..._gen.tables import (
    DEFAULT_VALIDATOR_RETRY_MS,
    MAX_ERROR_CHARS,
    VALIDATOR_ANSWER_BYTES,
    VALIDATOR_REDIRECTS,
    VALIDATOR_REQUEST_BYTES,
)
from ..transport.api import member, parse_json
from .endpoints import EndpointAnswer, Endpoints
from .sign import sign_question

# What the core takes: `decision`, and a `message`.
ValidatorResult = dict[str, Any]

_DECISIONS = ("allow", "deny", "require_approval")
_OK = 200
_REDIRECTS = (307, 308)
_TOO_MANY = 429
_SERVER_ERRORS = 500


class _NoAnswerError(Exception):
    def __init__(self, message: str, *, may_retry: bool) -> None:
        super().__init__(message)
        self.may_retry = may_retry


def no_answer(message: str) -> ValidatorResult:
    """That there is none, and why."""
    return {"decision": "error", "message": " ".join(message.split())[:MAX_ERROR_CHARS]}


def ask_validator(
    endpoints: Endpoints,
    question: ValidatorQuestion,
    secret: str,
    body: bytes,
    until: float,
    cancel: threading.Event | None = None,
) -> ValidatorResult:
    """Asks, again where that may help, all within its time (`until`, of `time.monotonic`). Never raises."""
    if len(body) > VALIDATOR_REQUEST_BYTES:
        return no_answer("the step is too large")
    question_id = f"msg_{uuid.uuid4()}"
    attempt = 0
    while True:
        try:
            return _read_answer(_ask_once(endpoints, question.url, secret, body, question_id, until))
        except Exception as error:  # noqa: BLE001 - whatever the network does is no answer
            pause = DEFAULT_VALIDATOR_RETRY_MS / 1000 * 2**attempt
            again = error.may_retry if isinstance(error, _NoAnswerError) else not isinstance(error, PermissionError)
            cancelled = cancel is not None and cancel.is_set()
            if not again or cancelled or attempt >= question.retries or until - time.monotonic() <= pause:
                return no_answer(str(error) or type(error).__name__)
            time.sleep(pause)
            attempt += 1


def _ask_once(
    endpoints: Endpoints, url: str, secret: str, body: bytes, question_id: str, until: float
) -> EndpointAnswer:
    """One try, redirects included: each hop is judged as the first."""
    for _ in range(VALIDATOR_REDIRECTS + 1):
        if not is_endpoint_url(url):
            raise _NoAnswerError("the address is none that a validator may have", may_retry=False)
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            **sign_question(secret, question_id, int(time.time()), body),
        }
        answer = endpoints.post(url, headers, body, until, VALIDATOR_ANSWER_BYTES, is_public_address)
        if answer.status == _OK:
            return answer
        if answer.status not in _REDIRECTS or not answer.location:
            may_retry = answer.status == _TOO_MANY or answer.status >= _SERVER_ERRORS
            raise _NoAnswerError(f"answered {answer.status}", may_retry=may_retry)
        url = urljoin(url, answer.location)
    raise _NoAnswerError("redirects too often", may_retry=False)


def _read_answer(answer: EndpointAnswer) -> ValidatorResult:
    said = parse_json(answer.body.decode("utf-8", "replace"))
    decision, reason = member(said, "decision"), member(said, "reason")
    if decision not in _DECISIONS:
        raise _NoAnswerError("answered something else", may_retry=False)
    return {"decision": decision, **({"message": reason[:MAX_ERROR_CHARS]} if isinstance(reason, str) else {})}
