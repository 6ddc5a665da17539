"""The queue between calls and lanes: bounds, order, and who is woken."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from holdpoint._sdk.events.event_queue import EventQueue


@dataclass
class Item:
    """Something of a size."""

    size_bytes: int = 100
    name: str = ""

    def to_json(self) -> str:
        return self.name


def unpack(facts: tuple[object, ...]) -> Item:
    return Item(int(str(facts[1])), str(facts[0]))


def push_facts(queue: EventQueue, name: object, size_bytes: int) -> bool:
    return queue.push_sized((name, size_bytes), size_bytes)


def test_facts_and_traces_come_out_in_the_order_in_which_they_came() -> None:
    queue = EventQueue(10, 1_000_000, unpack)
    assert push_facts(queue, "a", 100)
    assert queue.push(Item(name="b"))
    assert push_facts(queue, "c", 100)
    taken = [queue.take() for _ in range(3)]
    assert [one.to_json() for one in taken if one] == ["a", "b", "c"]
    assert queue.take() is None
    assert queue.accepted == 3


def test_items_are_bounded_by_number_and_refused_whole_when_closed() -> None:
    queue = EventQueue(2, 1_000_000, unpack)
    assert [push_facts(queue, "a", 1), queue.push(Item()), push_facts(queue, "c", 1), queue.push(Item())] == [
        True,
        True,
        False,
        False,
    ]
    queue.take()
    queue.close()
    assert not push_facts(queue, "d", 1)
    assert queue.accepted == 2
    assert len(queue) == 1


def test_large_items_are_bounded_by_their_bytes_and_small_ones_by_no_more_than_their_number() -> None:
    queue = EventQueue(100, 100_000, unpack)
    assert queue.push(Item(60_000))
    assert not push_facts(queue, "large", 60_000)
    queue.take()
    assert push_facts(queue, "large", 60_000)
    queue.take()
    assert all(push_facts(queue, "small", 1_000) for _ in range(100))
    assert not push_facts(queue, "small", 1_000)


def test_there_is_no_room_that_is_known_beforehand_while_something_large_is_held() -> None:
    queue = EventQueue(100, 100_000, unpack)
    assert queue.room == 100
    assert push_facts(queue, "large", 60_000)
    assert queue.room == -1
    assert push_facts(queue, "small", 1_000)
    queue.take()
    assert queue.room == 100
    queue.close()
    assert queue.room == -1
    queue.take()
    assert queue.room == -1


def test_bytes_are_never_more_than_the_bound_whatever_comes_and_goes() -> None:
    queue = EventQueue(1_000, 50_000, unpack)
    held: list[int] = []
    for index in range(3_000):
        size = (index * 7919) % 9_000
        if push_facts(queue, "x", size):
            held.append(size)
        if index % 3 == 0 and held:
            queue.take()
            held.pop(0)
        assert sum(held) <= 50_000
    while queue.take() is not None:
        held.pop(0)
    assert held == []
    assert queue.push(Item(50_000 - 1))


def test_who_sleeps_is_woken_by_the_first_push_and_at_the_mark() -> None:
    queue, calls = EventQueue(10, 1_000_000, unpack), []
    queue.listen(lambda: calls.append(len(queue)))
    queue.mark = 3
    queue.has_sleepers = True
    for index in range(5):
        push_facts(queue, index, 1)
    assert calls == [1, 3]
    queue.has_sleepers = True
    queue.push(Item())
    assert calls == [1, 3, 6]


def test_nothing_is_lost_or_doubled_between_threads() -> None:
    queue, taken, count, done = EventQueue(100_000, 1_000_000_000, unpack), [], 4_000, threading.Event()

    def push(first: int) -> None:
        for index in range(first, first + count):
            assert push_facts(queue, index, 4_000 if index % 5 == 0 else 100)

    def take() -> None:
        while not done.is_set() or len(queue):
            item = queue.take()
            if item is not None:
                taken.append(int(item.to_json()))

    taker = threading.Thread(target=take)
    pushers = [threading.Thread(target=push, args=(first,)) for first in range(0, 4 * count, count)]
    for thread in (taker, *pushers):
        thread.start()
    for thread in pushers:
        thread.join()
    done.set()
    taker.join()
    assert sorted(taken) == list(range(4 * count))
    for first in range(0, 4 * count, count):
        assert [one for one in taken if first <= one < first + count] == list(range(first, first + count))
    assert queue.accepted == 4 * count
