"""The lattice of what the levels of the cascade demand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from ..._gen.messages import GovernedSetting
from ..._gen.packs import PACKS
from ..._gen.tables import (
    ARTIFACT_GOVERNANCE_RANK,
    AUTONOMY_LEVEL_RANK,
    ENFORCEMENT_MODE_RANK,
    LEVEL_RANK,
)
from ..decide import utf16_order
from .closed_sets import resolve_name
from .read_document import TYPE_NAMES

# One point of the lattice: what some levels together demand, by dimension and name.
Demands: TypeAlias = Mapping[str, GovernedSetting]

_PACK_NAMES = [pack["pack"] for pack in PACKS]


def _rank_of(setting: GovernedSetting) -> int:
    """How much a setting restricts, among those of its dimension and name."""
    if setting.dimension == "autonomy":
        return -AUTONOMY_LEVEL_RANK.get(setting.value, 0)
    if setting.dimension == "mode":
        return ENFORCEMENT_MODE_RANK.get(setting.value, 0)
    if setting.dimension == "artifactGovernance":
        return ARTIFACT_GOVERNANCE_RANK.get(setting.value, 0)
    return int(setting.dimension == "discovery" and setting.value == "off")


def rank_of_level(level: str) -> float:
    """The level's rank; a level that is not known stands above all."""
    return LEVEL_RANK.get(level, math.inf)


def _stronger(a: GovernedSetting, b: GovernedSetting) -> GovernedSetting:
    """The more restrictive of two settings; of two that say the same, that of the higher level.

    Then the first target and pack by name. INVARIANT: a total order, so that `meet` is idempotent, commutative and
    associative.
    """
    a_rank, b_rank = (_rank_of(a), rank_of_level(a.level)), (_rank_of(b), rank_of_level(b.level))
    if a_rank != b_rank:
        return a if a_rank > b_rank else b
    return a if _names_of(a) <= _names_of(b) else b


def _names_of(setting: GovernedSetting) -> tuple[Any, ...]:
    return utf16_order(setting.level), utf16_order(setting.target_id or ""), utf16_order(setting.pack or "")


def meet(a: Demands, b: Demands) -> Demands:
    """What two points of the lattice demand together: of each setting the most restrictive (SPECIFICATION D-36)."""
    met = dict(a)
    for key, setting in b.items():
        other = met.get(key)
        met[key] = setting if other is None else _stronger(other, setting)
    return met


def demand(setting: GovernedSetting) -> Demands:
    """The point that demands one thing."""
    return {f"{setting.dimension} {setting.name or ''}": setting}


def read_demands(settings: Any) -> Demands:
    """What one settings document (wire names) demands. Never raises.

    An unknown value means the most restrictive known one (D-37).
    """
    if not isinstance(settings, dict):
        return {}
    level = settings.get("level")
    level = level if isinstance(level, str) else ""
    target = settings.get("targetId")
    target_id = target if isinstance(target, str) and target != "" else None
    demands: Demands = {}

    def add(dimension: str, name: str | None, value: str, pack: str | None = None) -> None:
        nonlocal demands
        demands = meet(demands, demand(GovernedSetting(dimension, value, level, name, target_id, pack)))

    if _is_stated(settings.get("maxAutonomy")):
        add("autonomy", None, _name_or("autonomyLevel", settings["maxAutonomy"], "observe"))
    if _is_stated(settings.get("artifactGovernance")):
        add("artifactGovernance", None, _name_or("artifactGovernance", settings["artifactGovernance"], "locked"))
    for policy_type, mode in _entries_of(settings.get("minimumModes")):
        add("mode", TYPE_NAMES.get(policy_type, policy_type), _name_or("enforcementMode", mode, "block"))
    for name, allowed in _entries_of(settings.get("discovery")):
        add("discovery", name, "on" if allowed is True else "off")
    for pack in expand_packs(settings.get("packs")):
        add("pack", pack["pack"], "on")
        for control in pack["controls"]:
            add("mode", control["type"], control["mode"], pack["pack"])
    return demands


def expand_packs(named: Any) -> list[dict[str, Any]]:
    """The packs that a list names; one that is not known means all of them."""
    if not _is_stated(named):
        return []
    listed = list(named) if isinstance(named, (list, tuple)) else [None]
    if all(isinstance(name, str) and name in _PACK_NAMES for name in listed):
        return [pack for pack in PACKS if pack["pack"] in listed]
    return PACKS


def _is_stated(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and value == "")


def _entries_of(value: Any) -> list[tuple[str, Any]]:
    return [(key, item) for key, item in value.items() if _is_stated(item)] if isinstance(value, dict) else []


def _name_or(known: str, value: Any, strictest: str) -> str:
    name = resolve_name(known, value) if isinstance(value, str) else None
    return name or strictest
