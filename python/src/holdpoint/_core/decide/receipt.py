"""What receipts are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from .canonical_json import canonical_json

# Members of a request that say what is about to be done, in the order of canonical JSON.
_ACTION = (
    "agentId",
    "environment",
    "input",
    "model",
    "output",
    "phase",
    "sessionId",
    "targetAgentId",
    "tool",
    "toolOutputs",
    "userId",
)
# What a receipt's hash is made of, in the same order.
_RECEIPT = (
    "actionHash",
    "agentId",
    "allowed",
    "bundleVersion",
    "chain",
    "decidedAt",
    "decisionId",
    "phase",
    "planDigest",
    "previous",
    "step",
    "verdict",
    "violations",
)


def write_action(request: Any) -> str:
    """The step itself as canonical JSON, to be hashed (SPECIFICATION R-3); empty when it cannot be written down."""
    if not isinstance(request, dict):
        return ""
    try:
        return _write_members(_ACTION, request)
    except Exception:  # noqa: BLE001 - a hostile mapping
        return ""


def write_receipt(record: dict[str, Any], chain: str, step: int, action_hash: str, previous: str) -> str:
    """What a receipt's hash is made of, as canonical JSON (SPECIFICATION R-4). `record` has wire names."""
    decision = record["decision"]
    members = {
        "chain": chain,
        "step": step,
        "actionHash": action_hash,
        "previous": previous,
        "decisionId": record["decisionId"],
        "decidedAt": record["decidedAt"],
        "bundleVersion": record.get("bundleVersion", 0),
        "violations": [
            [one.get("policyId"), one.get("enforcementMode"), one.get("reason")]
            for one in decision.get("violations") or ()
        ],
    }
    for name in ("agentId", "phase", "verdict", "allowed", "planDigest"):
        if name in decision:
            members[name] = decision[name]
    return _write_members(_RECEIPT, members)


def _write_members(names: Sequence[str], members: Mapping[str, Any]) -> str:
    """Canonical JSON of the named members that are there: one is written for every decision."""
    written = []
    for name in names:
        if name not in members:
            continue
        value = members[name]
        if type(value) is str and value.isascii():
            written.append(f'"{name}":{encode_basestring(value)}')
        elif value is True:
            written.append(f'"{name}":true')
        else:
            written.append(f'"{name}":{canonical_json(value)}')
    return f"{{{','.join(written)}}}"
