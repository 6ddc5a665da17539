"""The last good bundle of clients that share a folder (clause S-19)."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest

from holdpoint._sdk.bundle.cache import BundleCache, CachedBundle


def bundle(version: int, day: int = 1) -> CachedBundle:
    return CachedBundle(f"envelope {version} of {day}", None, (), 1, version, f"2026-01-0{day}T00:00:00.000Z")


@pytest.mark.parametrize(
    ("following", "replaces"),
    [
        (bundle(4, 9), False),
        (bundle(5, 1), False),
        (dataclasses.replace(bundle(5, 2), confirmed_ms=9), True),
        (bundle(5, 3), True),
        (bundle(6, 1), True),
    ],
)
def test_it_is_not_replaced_by_an_older_one(tmp_path: Path, following: CachedBundle, replaces: bool) -> None:
    one, other = BundleCache(str(tmp_path), "server"), BundleCache(str(tmp_path), "server")
    assert one.write(bundle(5, 2))
    assert other.write(following) is replaces
    read = one.read()
    assert read is not None
    assert dataclasses.replace(read, keys=()) == (following if replaces else bundle(5, 2))


def test_it_is_replaced_by_whoever_found_it_worthless_and_where_it_is_damaged(tmp_path: Path) -> None:
    cache = BundleCache(str(tmp_path), "server")
    cache.write(bundle(9))
    assert cache.write(bundle(1), overwrites=True)
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text().replace("envelope 1", "envelope 2"))
    assert cache.read() is None
    assert cache.write(bundle(1))


def test_a_clock_that_says_no_number_leaves_a_file_that_every_language_reads(tmp_path: Path) -> None:
    cache = BundleCache(str(tmp_path), "server")
    cache.write(dataclasses.replace(bundle(1), confirmed_ms=math.nan))
    (path,) = tmp_path.iterdir()
    assert json.loads(json.loads(path.read_text())["content"])["confirmedMs"] is None
