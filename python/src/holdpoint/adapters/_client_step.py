"""One request of a client of OpenAI or Anthropic, and how long it lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import EnforcementHaltError, SpanHandle
from ._client_checks import Question
from ._client_http import is_readable
from ._wire import Wire
from ._wire_chat import ChatCompletions
from ._wire_messages import Messages
from ._wire_responses import Responses

# By the end of the path, with or without the id of a stored answer. Microsoft's and Google's addresses end alike.
_WIRES: list[tuple[re.Pattern[str], Wire]] = [
    (re.compile(r"/(chat/)?completions(/[^/]+)?$"), ChatCompletions()),
    (re.compile(r"/responses(/[^/]+(/cancel)?)?$"), Responses()),
    (re.compile(r"/messages$|:(streamR|r)awPredict$|/invoke(-with-response-stream)?$"), Messages()),
]


class Step:
    """One request on its way."""

    def __init__(self, request: Any) -> None:
        self.request = request
        path = request.url.path.rstrip("/")
        self.wire = next((wire for pattern, wire in _WIRES if pattern.search(path)), None)
        self.approved: Question | None = None
        self.model: str | None = None
        self.span: SpanHandle | None = None
        # False when answers come in pieces between each other.
        self.may_flow = True
        # Whether its answer is still being read.
        self.is_open = False

    def is_read(self, response: Any) -> bool:
        """True when the answer is to be checked; what a server has refused is not."""
        return 200 <= response.status_code < 300 and (self.wire is not None or is_readable(response))

    def is_flowing(self, response: Any) -> bool:
        """True when the answer is a stream that somebody is going to read."""
        is_stream = "text/event-stream" in response.headers.get("content-type", "")
        return self.wire is not None and is_stream and self.may_flow and not response.is_closed

    def end(self, error: BaseException | None = None) -> None:
        """Ends the span, once."""
        if self.span is None:
            return
        status = None if error is None else "policy_blocked" if isinstance(error, EnforcementHaltError) else "error"
        self.span.end(status=status, error=error)


class ending:  # noqa: N801 - used like a function
    """Ends the span of a request with the block, unless its answer is still being read."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if not self._step.is_open:
            self._step.end(error)


@contextmanager
def closing(step: Step) -> Iterator[None]:
    """Ends the span of a stream with it; a reader that goes away is no error."""
    try:
        yield
    except GeneratorExit:
        step.end()
        raise
    except BaseException as error:
        step.end(error)
        raise
    step.end()
