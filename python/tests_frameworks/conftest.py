"""Tests that need frameworks which cannot be installed beside the others; see `python/frameworks.txt`."""

import pytest
from samples import create, hp

__all__ = ["create", "hp"]

# What the frameworks say of themselves, hundreds of times. Ours is still seen.
_FOREIGN = (
    r"ignore::DeprecationWarning:crewai\..*",
    r"ignore::DeprecationWarning:llama_index\..*",
    # A field of theirs that a crew may still have, and that has to be governed then.
    r"ignore:function_calling_llm is deprecated:DeprecationWarning:holdpoint\.adapters\._crewai_govern",
)


def pytest_configure(config: pytest.Config) -> None:
    for line in _FOREIGN:
        config.addinivalue_line("filterwarnings", line)
