"""Settings documents as their writer sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._gen.messages import CompileProblem
from ..._gen.packs import PACKS
from .closed_sets import CLOSED_SET_ALIASES, CLOSED_SETS, resolve_name
from .decode_message import decode_object
from .problems import ProblemList, point_to
from .read_document import TYPE_NAMES

_TARGETED = ("agent", "team", "workspace")
_PACK_NAMES = [pack["pack"] for pack in PACKS]


def check_governance_settings(documents: Sequence[Any], pointer: str = "") -> tuple[CompileProblem, ...]:
    """Everything that is wrong with settings documents (wire names). Never raises.

    Here an unknown value is a slip of the pen, while a reader takes it for the most restrictive one (SPECIFICATION
    D-37).
    """
    problems = ProblemList()
    for index, document in enumerate(documents):
        _check_document(document, point_to(pointer, index), problems)
    return tuple(problems.list)


def _check_document(document: Any, pointer: str, problems: ProblemList) -> None:
    settings = decode_object("GovernanceSettings", document, pointer, problems)
    if settings is None:
        return
    level, target = settings.get("level"), settings.get("targetId")
    _check_name("level", level, point_to(pointer, "level"), problems)
    _check_name("autonomyLevel", settings.get("maxAutonomy"), point_to(pointer, "maxAutonomy"), problems)
    artifacts = settings.get("artifactGovernance")
    _check_name("artifactGovernance", artifacts, point_to(pointer, "artifactGovernance"), problems)
    at = point_to(pointer, "targetId")
    if level in _TARGETED and not target:
        problems.add(at, f"missing field `targetId`: the level `{level}` needs one")
    if level not in _TARGETED and target and level in CLOSED_SETS["level"]:
        problems.add(at, "needs a `level` of `agent`, `team` or `workspace`")
    for name, mode in (settings.get("minimumModes") or {}).items():
        at = point_to(point_to(pointer, "minimumModes"), name)
        if name != "*" and name not in TYPE_NAMES:
            problems.add_unknown(at, "policy type", name, list(TYPE_NAMES))
        _check_name("enforcementMode", mode, at, problems)
    for name in settings.get("discovery") or {}:
        toggles = CLOSED_SETS["discoveryToggle"]
        if name not in toggles:
            problems.add_unknown(point_to(point_to(pointer, "discovery"), name), "field", name, list(toggles))
    for index, name in enumerate(settings.get("packs") or []):
        if isinstance(name, str) and name not in _PACK_NAMES:
            problems.add_unknown(point_to(point_to(pointer, "packs"), index), "pack", name, _PACK_NAMES)


def _check_name(known: str, value: Any, pointer: str, problems: ProblemList) -> None:
    if not isinstance(value, str) or resolve_name(known, value) is not None:
        return
    problems.add_unknown(pointer, "value", value, [*CLOSED_SETS[known], *CLOSED_SET_ALIASES.get(known, {})])
