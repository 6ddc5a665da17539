"""Keys that follow from others: each change of a control plane's key is signed by the key before it (clause S-27)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._core import canonical_json
from ..transport.api import member
from ..trust.dsse import is_signed, write_pae
from ..types import BundleKey

_PAYLOAD_TYPE = "application/vnd.holdpoint.key+json"
# More changes than any control plane makes; a forged list cannot keep us verifying.
_MAX_CHANGES = 256


def follow_keys(trusted: Sequence[BundleKey], jwks: Any, listed: Sequence[BundleKey]) -> tuple[BundleKey, ...]:
    """The listed keys that a trusted one has signed, or one that follows from it in turn. Never raises."""
    entries = member(jwks, "endorsements")
    changes = [one for one in entries[:_MAX_CHANGES] if _is_change(one)] if isinstance(entries, list) else []
    chain = list(trusted)
    found = True
    while found:
        found = False
        for one in changes:
            key = BundleKey(one["kid"], one["x"])
            if key not in chain and _has_signed(one, [known for known in chain if known.kid == one["by"]]):
                chain.append(key)
                found = True
    return tuple(key for key in listed if key in chain and key not in trusted)


def _is_change(one: Any) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(name), str) for name in ("kid", "x", "by", "sig"))


def _has_signed(change: dict[str, str], by: Sequence[BundleKey]) -> bool:
    body = canonical_json({"crv": "Ed25519", "kid": change["kid"], "kty": "OKP", "x": change["x"]}).encode()
    signature = {"keyid": change["by"], "sig": change["sig"]}
    return any(is_signed(write_pae(_PAYLOAD_TYPE, body), [signature], [key]) for key in by)
