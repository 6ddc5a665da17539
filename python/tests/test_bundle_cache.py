"""The last good bundle of clients that share a folder (clause S-19)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from holdpoint._sdk.bundle.cache import BundleCache, CachedBundle
from holdpoint._sdk.bundle.leftovers import name_temporary


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


OTHER = f"bundle-{'0' * 16}.json"
UNIQUE = "00000000-0000-4000-8000-000000000000"


def leave(folder: Path, name: str, age_s: float = 0) -> str:
    (folder / name).write_text("half")
    at = time.time() - age_s
    os.utime(folder / name, (at, at))
    return name


def ending(pid: int) -> str:
    return name_temporary().replace(f"-{os.getpid()}-", f"-{pid}-")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.tmp"))


def test_what_a_killed_client_left_goes_with_the_next_write_and_nothing_of_a_running_one(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        leave(tmp_path, OTHER + ending(gone.pid))
        kept = [leave(tmp_path, OTHER + ending(running.pid), 86_400), leave(tmp_path, OTHER + ending(os.getpid()))]
        assert BundleCache(str(tmp_path), "server").write(bundle(1))
        assert left(tmp_path) == sorted(kept)
        running.kill()


def test_what_was_left_elsewhere_goes_when_no_write_could_last_as_long_and_other_files_never(tmp_path: Path) -> None:
    leave(tmp_path, f"{OTHER}.{'0' * 15}1-1-{UNIQUE}.tmp", 3_700)
    kept = [leave(tmp_path, f"{OTHER}.{'0' * 15}2-1-{UNIQUE}.tmp", 3_500), leave(tmp_path, "notes.tmp", 86_400)]
    BundleCache(str(tmp_path), "server").write(bundle(1))
    assert left(tmp_path) == sorted(kept)


def test_both_languages_name_the_same_place() -> None:
    assert re.fullmatch(r"\.[0-9a-f]{16}-[0-9]+-[0-9a-f-]{36}\.tmp", name_temporary())
    namespace = os.readlink("/proc/self/ns/pid") if os.path.exists("/proc/self/ns/pid") else ""
    place = hashlib.sha256(f"{socket.gethostname()}\n{namespace}".encode()).hexdigest()[:16]
    assert name_temporary().startswith(f".{place}-{os.getpid()}-")
