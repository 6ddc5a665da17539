"""Policies that governance packs switch on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .cascade import expand_packs
from .problems import point_to

# What ids of packs' policies begin with; no other policy may take one.
PACK_PREFIX = "pack:"


class PackPolicy(NamedTuple):
    """A policy that a governance pack switches on, before it is normalised."""

    pack: str
    pointer: str
    policy: dict[str, Any]


def list_pack_policies(settings: Sequence[Any]) -> list[PackPolicy]:
    """Policies of every pack that some level puts in force: they run for the agents that the level concerns."""
    named: dict[str, dict[str, Any]] = {}
    for document in settings:
        if isinstance(document, dict):
            named.update((pack["pack"], pack) for pack in expand_packs(document.get("packs")))
    return [
        PackPolicy(
            name,
            point_to(point_to("/packs", name), control["type"]),
            {
                "id": f"{PACK_PREFIX}{name}/{control['type']}",
                "name": f"{pack['title']}: {control['type']}",
                "policyType": control["type"],
                "enforcementMode": control["mode"],
                "level": "platform",
                "ruleDefinition": control["fields"],
            },
        )
        for name, pack in named.items()
        for control in pack["controls"]
        if "fields" in control
    ]
