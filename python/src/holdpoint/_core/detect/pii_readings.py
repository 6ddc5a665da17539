"""Personal data in a text as it stands and with its escapes read (SPECIFICATION T-56)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .escapes import cuts_escape
from .pii import PiiFinding
from .text_scan import TextScan


def find_pii_in_readings(
    scan: TextScan, find: Callable[[TextScan], Sequence[PiiFinding]]
) -> list[tuple[TextScan, PiiFinding]]:
    """Values, each with the reading in whose offsets it is, in order of position and without overlap.

    Of two that overlap: what cuts no escape in two, then as T-18 says, then what the text as it stands shows.
    """
    found = [(scan, one) for one in find(scan)]
    reading = scan.unescaped
    if reading is None:
        return found
    read = find(reading)
    if not read:
        return found
    text = scan.text.value
    placed = [
        (*place.normalised.to_original_span(one.start, one.end), place, one)
        for place, one in (*found, *((reading, one) for one in read))
    ]
    placed.sort(key=lambda one: (cuts_escape(text, one[0], one[1]), -one[3].confidence, one[0] - one[1], one[0]))
    taken = bytearray(len(text))
    kept = []
    for row in placed:
        start, end = row[0], row[1]
        if 1 not in taken[start:end]:
            taken[start:end] = b"\1" * (end - start)
            kept.append(row)
    kept.sort(key=lambda row: row[0])
    return [(row[2], row[3]) for row in kept]
