"""A rule's own recognizers of personal data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..detect import PII_CATEGORY_NAMES, OwnRecognizers, PiiSignal, create_pii_signal
from ..detect.validators import VALIDATOR_NAMES
from ..match import PatternSource, compile_set
from .problems import ProblemList, point_to

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def prepare_recognizers(
    recognizers: Sequence[dict[str, Any]], pointer: str, problems: ProblemList
) -> OwnRecognizers | None:
    """The recognizers made ready, or None where there are none; what is wrong with them is added to the problems."""
    # What is not of its type has a problem already.
    is_whole = all("name" in one and "pattern" in one and None not in one.values() for one in recognizers)
    if not recognizers or not is_whole:
        return None
    before = len(problems.list)
    seen = set(PII_CATEGORY_NAMES)
    for index, recognizer in enumerate(recognizers):
        place = point_to(pointer, index)
        name, checksum = recognizer.get("name", ""), recognizer["checksum"]
        if not _NAME.fullmatch(name):
            message = "expected small letters, digits and underscores, at most 40, a letter first"
            problems.add(point_to(place, "name"), message)
        elif name in seen:
            problems.add(point_to(place, "name"), f"another category is called `{name}`")
        seen.add(name)
        if checksum and checksum not in VALIDATOR_NAMES:
            problems.add_unknown(point_to(place, "checksum"), "checksum", checksum, VALIDATOR_NAMES)
    sources = [PatternSource(str(index), one.get("pattern", "")) for index, one in enumerate(recognizers)]
    compiled = compile_set(sources)
    for problem in compiled.problems:
        message = f"pattern refused at position {problem.position}: {problem.message}"
        problems.add(point_to(point_to(pointer, problem.id), "pattern"), message)
    if compiled.set is None or len(problems.list) > before:
        return None
    return OwnRecognizers(compiled.set, [_to_signal(recognizer) for recognizer in recognizers])


def _to_signal(recognizer: dict[str, Any]) -> PiiSignal:
    name = recognizer["name"]
    row = {
        "id": f"own.{name}",
        "source": recognizer["pattern"],
        "flags": "",
        "boundary": "none",
        "validator": recognizer["checksum"],
        "confidence": recognizer["confidence"],
        "context": recognizer["context"],
        "contextConfidence": recognizer["context_confidence"],
        "contextRequired": False,
        "unless": [],
        "lane": "text",
        "gate": "",
        "field": "",
        "fieldValidator": "",
    }
    category = {"category": name, "label": name.upper(), "severity": "medium", "keepLast": 0, "patterns": [row]}
    return create_pii_signal(category, row)
