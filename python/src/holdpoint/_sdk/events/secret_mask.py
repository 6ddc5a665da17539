"""Texts of a decision without the credentials that were found in them."""

from __future__ import annotations

from dataclasses import dataclass

from ..._core import Decision, Evidence
from ..._core.detect import SECRET_KIND_NAMES
from ..._gen.tables import MAX_EVIDENCE

_FINDERS = frozenset({"secret_leak", "tool_output_scan"})
_KINDS = frozenset(SECRET_KIND_NAMES)


@dataclass(frozen=True, slots=True)
class SecretMask:
    """How texts are recorded in which a policy found credentials and masked none (SPECIFICATION S-14).

    `is_whole` is false where more was found than evidence names: then no text of the decision is known to be free of
    them.
    """

    is_whole: bool
    by_path: dict[str, list[Evidence]]

    def write(self, path: str, original: str, shown: str) -> str:
        """`shown`, which policies may have changed, without what was found in `original`.

        What stands at a place of evidence is replaced wherever `shown` has it: other masks may have moved it.
        """
        text = shown
        # The longest first: one may be part of another.
        for place in sorted(self.by_path.get(path, ()), key=lambda one: one.start - one.end):
            value = original[place.start : place.end]
            written = f"[{place.category.upper()}]"
            # A mask that lies over a part of it leaves the rest.
            if value == "" or value not in shown:
                return written
            text = text.replace(value, written)
        return text


def create_secret_mask(decision: Decision) -> SecretMask | None:
    """None when no credential was found."""
    if not decision.violations:
        return None
    found = [one.evidence for one in decision.violations if one.policy_type in _FINDERS]
    by_path: dict[str, list[Evidence]] = {}
    for evidence in found:
        for place in evidence:
            if place.category in _KINDS:
                by_path.setdefault(place.path, []).append(place)
    is_whole = all(len(evidence) < MAX_EVIDENCE for evidence in found)
    return None if is_whole and not by_path else SecretMask(is_whole, by_path)
