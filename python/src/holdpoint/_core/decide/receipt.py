"""What receipts are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, NamedTuple

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
    "spanId",
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


def write_receipt(
    record: dict[str, Any], chain: str, step: int, action_hash: str, previous: str, span_id: str | None = None
) -> str:
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
    if span_id is not None:
        members["spanId"] = span_id
    for name in ("agentId", "phase", "verdict", "allowed", "planDigest"):
        if name in decision:
            members[name] = decision[name]
    return _write_members(_RECEIPT, members)


class ReceiptParts(NamedTuple):
    """Of what a receipt's hash is made of, what the decision says: most decisions of an agent are one and the same."""

    # Members in canonical JSON, in the order of their names, each with its comma.
    caller: str
    plan: str
    verdict: str

    def write(
        self, record: Mapping[str, Any], chain: str, step: int, action_hash: str, previous: str, span: str
    ) -> str:
        """As `write_receipt`, for a record whose ids, times and version are of our own making: they need no escape.

        `span`: the id of the step that it is about, as JSON.
        """
        return (
            f'{{"actionHash":"{action_hash}",{self.caller}"bundleVersion":{record["bundleVersion"]},'
            f'"chain":"{chain}","decidedAt":"{record["decidedAt"]}","decisionId":"{record["decisionId"]}",'
            f'{self.plan}"previous":"{previous}","spanId":{span},"step":{step},{self.verdict}}}'
        )


def prepare_receipt(decision: Mapping[str, Any]) -> ReceiptParts:
    """What receipts of a decision (wire names) have in common."""
    violations = [
        [one.get("policyId"), one.get("enforcementMode"), one.get("reason")] for one in decision.get("violations") or ()
    ]
    verdict = {"verdict": decision["verdict"], "violations": violations}
    parts = [
        _write_members(names, members)[1:-1]
        for names, members in (
            (("agentId", "allowed"), decision),
            (("phase", "planDigest"), decision),
            (("verdict", "violations"), verdict),
        )
    ]
    caller, plan, rest = (f"{part}," if part else "" for part in parts)
    return ReceiptParts(caller, plan, rest[:-1])


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
