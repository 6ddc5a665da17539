"""What a retriever of LangChain's has found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from langchain_core.documents import Document

from .. import texts_in, without_media
from ._beside import is_sentence


def read_documents(documents: Sequence[Document]) -> str:
    """Each page, and what its metadata say, since programs put a title or a source into prompts."""
    read = ([document.page_content, *_texts_of_metadata(document.metadata)] for document in documents)
    return "\n\n".join("\n".join(text for text in texts if text) for texts in read)


def _texts_of_metadata(metadata: Any) -> list[str]:
    """Metadata have no shape: they are read as deep as they go, in their order; whatever holds itself is read once."""
    texts: list[str] = []
    # With what it names: an id may come again when its owner is gone.
    known: dict[int, Any] = {}
    still: list[tuple[str, Any]] = [("", metadata)]
    while still:
        name, value = still.pop()
        if isinstance(value, (Mapping, list, tuple, Set)):
            if id(value) in known:
                continue
            known[id(value)] = value
            members = _members_of(value)
            texts += [member for member, _ in members if is_sentence(member)]
            still += reversed(members)
        elif value is not None and not isinstance(value, (bool, int, float, bytes, bytearray, memoryview)):
            # A path, or any other thing that a prompt would show as its text.
            text = str(value)
            texts += [text] if _is_said(name, text) else []
    return texts


def _members_of(value: Mapping[Any, Any] | Iterable[Any]) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(name), member) for name, member in value.items()]
    return [("", member) for member in value]


def _is_said(name: str, text: str) -> bool:
    """Ids, addresses and bytes are no text; a sentence is one in their place, too."""
    return without_media(text) != "" and (is_sentence(text) or bool(texts_in({name: text})))
