"""What a call wakes a thread of ours with."""

from __future__ import annotations

import threading

from holdpoint._sdk.bell import Bell


def test_a_ring_is_heard_once_also_by_who_waits_later() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)


def test_a_ring_that_is_hushed_is_not_heard() -> None:
    bell = Bell()
    bell.ring()
    bell.hush()
    assert not bell.wait(0)
    assert not bell.wait(-1)


def test_who_waits_is_woken_however_many_ring_at_once() -> None:
    bell, done = Bell(), threading.Event()
    heard = 0

    def ring() -> None:
        while not done.is_set():
            bell.ring()

    ringers = [threading.Thread(target=ring) for _ in range(3)]
    for one in ringers:
        one.start()
    try:
        for _ in range(200):
            heard += bell.wait(60)
    finally:
        done.set()
        for one in ringers:
            one.join()
    assert heard == 200
