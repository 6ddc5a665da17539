"""Tests that need frameworks which cannot be installed beside the others; see `python/frameworks.txt`."""

from samples import create, hp

__all__ = ["create", "hp"]
