"""Texts to use in place of the request's own."""

from __future__ import annotations

from .._core import Decision


def text_of(decision: Decision, path: str, original: str) -> str:
    """What a policy put in place of a text (redacted, masked), or the original when no policy changed it.

    `path` is a JSON pointer into the request, such as `/input` or `/toolOutputs/0/output`.
    """
    return next((transform.text for transform in decision.transforms if transform.path == path), original)
