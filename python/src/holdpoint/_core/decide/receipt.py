"""What receipts are made of."""

from __future__ import annotations

from typing import Any

from .canonical_json import canonical_json

# Members of a request that say what is about to be done.
_ACTION = (
    "agentId",
    "phase",
    "environment",
    "sessionId",
    "userId",
    "model",
    "targetAgentId",
    "input",
    "output",
    "tool",
    "toolOutputs",
)


def write_action(request: Any) -> str:
    """The step itself as canonical JSON, to be hashed (SPECIFICATION R-3); empty when it cannot be written down."""
    if not isinstance(request, dict):
        return ""
    try:
        return canonical_json({name: request[name] for name in _ACTION if name in request})
    except Exception:  # noqa: BLE001 - a hostile mapping
        return ""


def write_receipt(record: dict[str, Any], chain: str, step: int, action_hash: str, previous: str) -> str:
    """What a receipt's hash is made of, as canonical JSON (SPECIFICATION R-4). `record` has wire names."""
    decision = record["decision"]
    return canonical_json(
        {
            "chain": chain,
            "step": step,
            "actionHash": action_hash,
            "previous": previous,
            "decisionId": record["decisionId"],
            "decidedAt": record["decidedAt"],
            "bundleVersion": record.get("bundleVersion", 0),
            **{
                name: decision[name]
                for name in ("agentId", "phase", "verdict", "allowed", "planDigest")
                if name in decision
            },
            "violations": [
                [one.get("policyId"), one.get("enforcementMode"), one.get("reason")]
                for one in decision.get("violations") or []
            ],
        }
    )
