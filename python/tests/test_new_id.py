"""Identifiers."""

from __future__ import annotations

import os
import uuid

from holdpoint._sdk.new_id import new_id


def test_identifiers_are_random_uuids() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    for one in made:
        read = uuid.UUID(one)
        assert (str(read), read.version, read.variant) == (one, 4, uuid.RFC_4122)


def test_a_forked_process_gives_out_others() -> None:
    new_id()
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, new_id().encode())
        os._exit(0)
    theirs = os.read(reader, 100).decode()
    os.wait()
    assert theirs not in {new_id() for _ in range(300)}
