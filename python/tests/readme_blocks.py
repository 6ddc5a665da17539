"""The examples of the READMEs, and how they are run as they are written."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]


def read_blocks(path: str, language: str) -> list[str]:
    """The fenced blocks of a Markdown file in one language, in order."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", (_ROOT / path).read_text(encoding="utf-8"), re.M | re.S)
    return [text for written, text in fences if written == language]


def block_with(path: str, words: str) -> str:
    """The one example that these words stand in."""
    found = [text for text in read_blocks(path, "python") if words in text]
    assert len(found) == 1, f"{len(found)} examples with {words!r} in {path}"
    return found[0]


def run_block(text: str, names: dict[str, Any]) -> dict[str, Any]:
    """Runs an example with what its reader has already; gives all names it leaves. Raises what it raises."""
    code = compile(text, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    outcome = eval(code, names)  # noqa: S307 - the example itself
    if inspect.isawaitable(outcome):

        async def run() -> None:
            await outcome

        asyncio.run(run())
    return names
