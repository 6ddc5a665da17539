"""Signatures of Standard Webhooks."""

from __future__ import annotations

import base64

from ..._core.keyed_hash import hmac_sha256

_PREFIX = "whsec_"


def sign_question(secret: str, question_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """Headers: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.

    The key is the base64 after `whsec_`, or the UTF-8 of a secret without it. Raises ValueError for what is no base64.
    """
    headers = {"webhook-id": question_id, "webhook-timestamp": str(timestamp_s)}
    if not secret:
        return headers
    marked = secret.startswith(_PREFIX)
    key = base64.b64decode(secret[len(_PREFIX) :], validate=True) if marked else secret.encode()
    mac = hmac_sha256(key, f"{question_id}.{timestamp_s}.".encode() + body)
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}
