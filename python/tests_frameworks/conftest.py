"""Tests that need frameworks which cannot be installed beside the others; see `python/frameworks.txt`."""

import os
import tempfile

import pytest
from samples import create, hp

# Before its import: CrewAI would send telemetry, and keep files in the home of whoever runs this.
os.environ |= {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "OTEL_SDK_DISABLED": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "CREWAI_STORAGE_DIR": tempfile.mkdtemp(),
}

__all__ = ["create", "hp"]

# What the frameworks say of themselves, hundreds of times. Ours is still seen.
_FOREIGN = (
    r"ignore::DeprecationWarning:crewai\..*",
    r"ignore::DeprecationWarning:llama_index\..*",
)


def pytest_configure(config: pytest.Config) -> None:
    for line in _FOREIGN:
        config.addinivalue_line("filterwarnings", line)
