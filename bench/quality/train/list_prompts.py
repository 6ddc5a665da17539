"""Print the prompts that installed Python libraries give to models, as innocent rows (JSONL) for `slots.ts --innocent`.

list_prompts.py <site-packages> <library>... > prompts.jsonl
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_LEAST_CHARS = 40
_LEAST_WORDS = 7
_MOST_CHARS = 6000
_PROMPT = re.compile(
    r"(^|[\n.] ?)(You are|You MUST|You must|Your (task|job|goal|answer|final))\b|\b[Ff]inal [Aa]nswer\b|\bAlways answer\b"
)
# One framework makes its model stop in the words of an attack.
_ATTACK = "ignore all previous"


def main() -> None:
    """Each text once, with its library as source."""
    packages, *libraries = sys.argv[1:]
    seen: set[str] = set()
    for library in libraries:
        for text in _list_texts(Path(packages, library)):
            if text in seen or not _is_prompt(text):
                continue
            seen.add(text)
            row = {
                "text": text,
                "label": "benign",
                "tier": "library",
                "lang": "en",
                "source": f"library {library}",
            }
            sys.stdout.write(json.dumps(row) + "\n")


def _is_prompt(text: str) -> bool:
    if not _LEAST_CHARS <= len(text) < _MOST_CHARS or len(text.split()) < _LEAST_WORDS:
        return False
    return _PROMPT.search(text) is not None and _ATTACK not in text


def _list_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.json")):
        yield from _list_strings(json.loads(path.read_text("utf-8")))
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _list_strings(member)


if __name__ == "__main__":
    main()
