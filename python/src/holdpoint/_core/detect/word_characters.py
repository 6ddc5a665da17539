"""What is part of a word (SPECIFICATION T-12)."""

from __future__ import annotations

# Signs and scripts among the code points from U+00C0 to U+1FFF that are no part of a word: × ÷, punctuation of Greek,
# Armenian, Hebrew, Arabic, Devanagari, Ethiopic; Thai, Lao, Myanmar and Khmer, which put no space between words.
_NOT_WORD = (
    "\u00d7\u00f7\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0609-\u060d\u061b\u061e\u061f"
    "\u066a-\u066d\u06d4\u0964\u0965\u0970\u0e00-\u0eff\u1000-\u109f\u1360-\u1368\u1780-\u17ff"
)


def _expand(ranges: str) -> set[str]:
    chars: set[str] = set()
    at = 0
    while at < len(ranges):
        last = at + 2 if ranges[at + 1 : at + 2] == "-" else at
        chars.update(map(chr, range(ord(ranges[at]), ord(ranges[last]) + 1)))
        at = last + 1
    return chars


_ASCII = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz\u00aa\u00b5\u00ba"

# One entry per code point below U+2000 that is part of a word; none from there on is.
WORD_CHARACTERS: frozenset[str] = frozenset(_ASCII) | (frozenset(map(chr, range(0xC0, 0x2000))) - _expand(_NOT_WORD))


def is_digit(char: str) -> bool:
    """Whether the character is an ASCII digit; the empty text is none."""
    return "0" <= char <= "9"
