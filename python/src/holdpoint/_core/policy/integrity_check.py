"""`integrity_check`: a descriptor against the baseline, and what its texts say."""

from __future__ import annotations

from typing import Any

from ..._gen.messages import ToolDescriptor
from ..._gen.policy_types import POLICY_TYPES
from ..._gen.tables import MAX_EVIDENCE, MAX_NODES
from ..decide import canonical_json, sha256_hex
from ..detect import Text, TextScan, scan_text
from .injection_findings import prepare_injection_findings
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .problems import is_object
from .walk_json import JsonWalk

_PASSING: dict[str, Any] = {"state": "known", "tool": "", "server": "", "score": 0, "evidence": ()}

# What of a descriptor can change what a model does with the tool; anything else may change freely.
_HASHED = ("name", "title", "description", "inputSchema", "outputSchema", "annotations")


def hash_tool_descriptor(server: str, descriptor: Any) -> str:
    """The hash of a tool's descriptor as an MCP server lists it.

    SHA-256 of the canonical JSON of its server's name and of those members (SPECIFICATION P-16). Never raises.
    """
    source = descriptor if is_object(descriptor) else {}
    members = {name: source[name] for name in _HASHED if source.get(name) is not None}
    return sha256_hex(canonical_json({"server": server, **members}))


class _OnlyDescriptor(Evaluation):
    """An evaluation in which the descriptor's texts are all there is to see."""

    __slots__ = ("_own",)

    def __init__(self, evaluation: Evaluation, own: list[TextScan]) -> None:
        super().__init__(evaluation.plan, evaluation.view, evaluation.now_ms)
        self._own = own

    def scans(self) -> list[TextScan]:
        """The descriptor's texts."""
        return self._own


def prepare_integrity_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the baseline and, when wanted, the detector."""
    baseline = [one for one in rule["baseline"] if all(isinstance(one.get(k), str) for k in ("server", "tool", "hash"))]
    known = {(one["server"], one["tool"]): one["hash"].lower() for one in baseline}
    names = frozenset(one["tool"] for one in baseline)
    defaults = {name: field.get("default") for name, field in POLICY_TYPES["injection_scan"].fields.items()}
    scanner = prepare_injection_findings(defaults, context) if rule["scan_descriptions"] else None

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        descriptor = view.extras.tool_descriptor
        if descriptor is None:
            if view.tool_name not in names:
                return _PASSING
            raise OperatorFailure("REQUEST_INVALID", "a tool of the baseline is called without its descriptor")
        expected = known.get((descriptor.server, descriptor.name))
        state = "new" if expected is None else "known" if expected == descriptor.hash.lower() else "drift"
        found = None if scanner is None else scanner.run(_OnlyDescriptor(evaluation, _scan(evaluation, descriptor)))
        score = 0 if found is None else found["score"]
        if state == "known" and score == 0:
            return _PASSING
        evidence = () if found is None else tuple(found["evidence"])[:MAX_EVIDENCE]
        return {
            "state": state,
            "tool": descriptor.name,
            "server": descriptor.server,
            "score": score,
            "evidence": evidence,
        }

    listens = None if scanner is None else scanner.listens
    return PreparedOperator(run, passing=_PASSING, listens=listens)


def _scan(evaluation: Evaluation, descriptor: ToolDescriptor) -> list[TextScan]:
    scans: list[TextScan] = []
    patterns = evaluation.plan.patterns.set

    def add(value: str, path: str, _name: str | None = None) -> bool:
        if value:
            scans.append(scan_text(Text("tool_result", path, value), patterns))
        return True

    add(descriptor.description or "", "/toolDescriptor/description")
    if descriptor.annotations:
        JsonWalk(MAX_NODES, add).visit(descriptor.annotations, "/toolDescriptor/annotations")
    return scans
