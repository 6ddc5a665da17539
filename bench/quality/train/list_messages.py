"""Print the messages of the TypeScript compiler in its languages as innocent rows (JSONL) for `main.ts --innocent`.

list_messages.py <node_modules> > messages.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

_LEAST_CHARS = 30
_OF_A_LANGUAGE = 500
_PLACE = re.compile(r"\{(\d)\}")
# What stands in the places of a message.
_NAMES = ("T", "--strict", "index.ts", "name", "2", "Array", "src/main.ts", "never")


def main() -> None:
    """So many of each language, evenly spread."""
    for path in sorted(
        Path(sys.argv[1], "typescript/lib").glob("*/diagnosticMessages.generated.json")
    ):
        messages = json.loads(path.read_text("utf-8"))
        texts = [
            _fill(messages[key])
            for key in sorted(messages)
            if len(messages[key]) >= _LEAST_CHARS
        ]
        step = max(1, len(texts) // _OF_A_LANGUAGE)
        for text in texts[::step][:_OF_A_LANGUAGE]:
            row = {
                "text": text,
                "label": "benign",
                "tier": "library",
                "lang": path.parent.name.partition("-")[0],
                "source": "corpus",
            }
            sys.stdout.write(json.dumps(row) + "\n")


def _fill(message: str) -> str:
    return _PLACE.sub(lambda place: _NAMES[int(place[1]) % len(_NAMES)], message)


if __name__ == "__main__":
    main()
