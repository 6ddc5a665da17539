"""Print what installed libraries say of themselves, in sections, as innocent rows (JSONL) for `main.ts --innocent`.

list_documents.py <node_modules or site-packages>... > documents.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_LEAST_CHARS = 150
_JOINED_CHARS = 400
_MOST_CHARS = 2500
_MOST_SECTIONS = 12
_KINDS = (".md", ".markdown", ".rst")
# Projects whose documentation is judged, and their like: what is judged has its source left out.
_JUDGED = re.compile(
    r"openai|agents|portkey|launchdarkly|langchain|langgraph|llama|crewai|anthropic|modelcontext|mcp|openinference|"
    r"holdpoint|opentelemetry|cloudevents|cerbos|cedar|openfga|hono|in-toto|ocsf|envoy",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"licen[sc]e|changelog|notice", re.IGNORECASE)


def main() -> None:
    """Each section once."""
    seen: set[str] = set()
    for folder in sys.argv[1:]:
        for text in _list_documents(Path(folder)):
            for section in _list_sections(text):
                if section in seen:
                    continue
                seen.add(section)
                row = {
                    "text": section,
                    "label": "benign",
                    "tier": "library",
                    "lang": "en",
                    "source": "corpus",
                }
                sys.stdout.write(json.dumps(row) + "\n")


def _list_documents(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_metadata = path.name == "METADATA"
        if not is_metadata and path.suffix.lower() not in _KINDS:
            continue
        if _JUDGED.search(name) or _LEGAL.search(name) or not path.is_file():
            continue
        text = path.read_text("utf-8", "ignore")
        yield text.partition("\n\n")[2] if is_metadata else text


def _list_sections(text: str) -> Iterator[str]:
    """Short sections are joined with what follows."""
    parts = re.split(r"\n(?=#{1,4} )", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    count = 0
    before = ""
    for at, part in enumerate(parts):
        before = f"{before}\n{part}".strip()
        if len(before) < _JOINED_CHARS and at < len(parts) - 1:
            continue
        if len(before) >= _LEAST_CHARS:
            count += 1
            yield before[:_MOST_CHARS]
        before = ""
        if count == _MOST_SECTIONS:
            return


if __name__ == "__main__":
    main()
