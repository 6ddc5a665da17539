"""Tokens of an expression."""

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from holdpoint._core.expr.problem import SyntaxStop
from holdpoint._core.expr.values import CelUint, to_int, to_uint


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `kind` is ident, quoted, literal, op (also the word `in`) or end."""

    kind: str
    text: str
    pos: int
    value: Any = None
    """The value of a literal; an int is checked by the parser, which knows the sign."""


_SPACE = re.compile(r"(?:[\t\n\f\r ]|//[^\n]*)+")
_NUMBER = re.compile(
    r"0[xX][0-9a-fA-F]+[uU]?|[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?"
    r"|[0-9]+[eE][+-]?[0-9]+|[0-9]+[uU]?"
)
_QUOTE = re.compile(r"""([rR]?[bB]?|[bB][rR])(\"\"\"|'''|"|')""")
_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_BACKTICK = re.compile(r"`([a-zA-Z0-9_.\-/ ]+)`")
_OPERATOR = re.compile(r"&&|\|\||[<>=!]=|[-+*/%<>!?:.,()[\]{}]")
_MEANT = {"&": "&&", "|": "||", "=": "=="}


def tokenize(source: str) -> list[Token]:
    """Return a source as tokens, the last of kind "end". Raises SyntaxStop."""
    tokens: list[Token] = []
    pos = 0
    while True:
        space = _SPACE.match(source, pos)
        if space:
            pos = space.end()
        if pos >= len(source):
            break
        found = _QUOTE.match(source, pos)
        if found:
            value, end = _read_quoted(source, pos, found[1], found[2])
            tokens.append(Token("literal", source[pos:end], pos, value))
            pos = end
            continue
        if found := _NUMBER.match(source, pos):
            tokens.append(Token("literal", found[0], pos, _read_number(found[0], pos)))
        elif found := _NAME.match(source, pos):
            tokens.append(Token("op" if found[0] == "in" else "ident", found[0], pos))
        elif found := _BACKTICK.match(source, pos):
            tokens.append(Token("quoted", found[1], pos))
        elif found := _OPERATOR.match(source, pos):
            tokens.append(Token("op", found[0], pos))
        else:
            char = source[pos]
            meant = f"; write `{_MEANT[char]}`" if char in _MEANT else ""
            raise SyntaxStop(pos, f"unexpected character `{char}`{meant}")
        pos = found.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def _read_number(text: str, pos: int) -> Any:
    is_hex = text[:2] in ("0x", "0X")
    if not is_hex and re.search(r"[.eE]", text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise SyntaxStop(pos, f"number `{text}` is out of range")
        return number
    unsigned = text[-1] in "uU"
    digits = text[:-1] if unsigned else text
    # Longer texts are out of range whatever they say, and int() refuses to read very long ones.
    number_value = (int(digits, 16) if is_hex else int(digits)) if len(digits.lstrip("0")) <= 64 else 2**64
    if not unsigned:
        return number_value
    value = to_uint(number_value)
    if not isinstance(value, CelUint):
        raise SyntaxStop(pos, f"integer `{text}` is out of range")
    return value


def signed_int(token: Token, negative: bool) -> int:
    """Return an int literal with its sign."""
    value = to_int(-token.value if negative else token.value)
    if not isinstance(value, int):
        raise SyntaxStop(token.pos, f"integer `{token.text}` is out of range")
    return value


_SIMPLE_ESCAPES = {
    "a": "\x07",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "?": "?",
    '"': '"',
    "'": "'",
    "`": "`",
}
_NUMERIC_ESCAPE = re.compile(r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))")


def encode_text(text: str) -> bytes:
    """Return UTF-8; a lone surrogate becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _read_quoted(source: str, start: int, prefix: str, close: str) -> tuple[Any, int]:
    raw = "r" in prefix.lower()
    is_bytes = "b" in prefix.lower()
    data = bytearray()
    parts: list[str] = []

    def add(chars: str) -> None:
        if is_bytes:
            data.extend(encode_text(chars))
        else:
            parts.append(chars)

    def unterminated() -> NoReturn:
        raise SyntaxStop(start, "unterminated string")

    pos = start + len(prefix) + len(close)
    while not source.startswith(close, pos):
        if pos >= len(source):
            unterminated()
        char = source[pos]
        if len(close) == 1 and char in "\n\r":
            unterminated()
        if char != "\\" or raw:
            # A raw string keeps its backslashes, and a backslash does not escape the closing quote.
            add(char)
            pos += 1
            continue
        following = source[pos + 1 : pos + 2]
        if following in _SIMPLE_ESCAPES:
            add(_SIMPLE_ESCAPES[following])
            pos += 2
            continue
        found = _NUMERIC_ESCAPE.match(source, pos)
        if found is None:
            raise SyntaxStop(pos, f"unknown escape `\\{following}`")
        code = int(found[4], 8) if found[4] is not None else int(found[1] or found[2] or found[3], 16)
        if is_bytes:
            if found[2] is not None or found[3] is not None:
                raise SyntaxStop(pos, f"escape `{found[0]}` is not allowed in bytes")
            data.append(code)
        else:
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                raise SyntaxStop(pos, f"escape `{found[0]}` is no character")
            parts.append(chr(code))
        pos = found.end()
    return (bytes(data) if is_bytes else "".join(parts)), pos + len(close)
