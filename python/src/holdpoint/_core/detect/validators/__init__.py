"""Check digits and other tests of matched values (spec/catalog/detectors/pii/validators.md)."""

from __future__ import annotations

from . import (
    americas,
    asia,
    bank,
    cards_and_devices,
    companies,
    europe_central,
    europe_east,
    europe_more,
    europe_north,
    europe_west,
    network,
    number_checks,
    oceania_africa,
    people,
    phone_plans,
    us,
    wallet,
    world_more,
)
from .digits import Check

__all__ = ["VALIDATOR_NAMES", "validate"]

_CHECKS: dict[str, Check] = {
    **cards_and_devices.CHECKS,
    **bank.CHECKS,
    **us.CHECKS,
    **europe_west.CHECKS,
    **europe_central.CHECKS,
    **europe_north.CHECKS,
    **europe_east.CHECKS,
    **asia.CHECKS,
    **americas.CHECKS,
    **oceania_africa.CHECKS,
    **network.CHECKS,
    **wallet.CHECKS,
    **people.CHECKS,
    **europe_more.CHECKS,
    **world_more.CHECKS,
    **companies.CHECKS,
    **number_checks.CHECKS,
    **phone_plans.CHECKS,
}

# Names of all validators, sorted.
VALIDATOR_NAMES: tuple[str, ...] = tuple(sorted(_CHECKS))


def validate(name: str, value: str) -> bool:
    """Whether a matched value passes the named check; a name that is not known passes nothing.

    Pure, linear in the length of the value, never raises (SPECIFICATION T-14).
    """
    check = _CHECKS.get(name)
    return check is not None and check(value)
