"""Settings as their writer sees them (SPECIFICATION B-15); the cases of check-settings.test.ts."""

from typing import Any

import pytest

from holdpoint._core import check_governance_settings


@pytest.mark.parametrize(
    ("document", "pointer", "suggestion"),
    [
        ({"level": "galaxy"}, "/0/level", None),
        ({"level": "tenant", "maxAutonomy": "observ"}, "/0/maxAutonomy", "observe"),
        ({"level": "tenant", "minimumModes": {"pii_acess": "block"}}, "/0/minimumModes/pii_acess", "pii_access"),
        ({"level": "tenant", "minimumModes": {"pii_access": "blok"}}, "/0/minimumModes/pii_access", "block"),
        ({"level": "tenant", "packs": ["hippa"]}, "/0/packs/0", "hipaa"),
        ({"level": "team"}, "/0/targetId", None),
        ({"level": "tenant", "targetId": "x"}, "/0/targetId", None),
        ({"level": "tenant", "discovery": {"orbits": True}}, "/0/discovery/orbits", None),
        ({"level": "tenant", "other": 1}, "/0/other", None),
    ],
)
def test_what_is_not_known_is_refused_where_it_stands(
    document: dict[str, Any], pointer: str, suggestion: str | None
) -> None:
    problems = check_governance_settings([document])
    assert [(problem.pointer, problem.suggestion) for problem in problems] == [(pointer, suggestion)]


def test_settings_with_known_names_are_taken() -> None:
    document = {"level": "team", "targetId": "ops", "minimumModes": {"*": "block"}, "packs": ["hipaa"]}
    assert list(check_governance_settings([document])) == []
