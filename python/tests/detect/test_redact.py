"""How found values are written."""

import pytest

from holdpoint._core.detect import rewrite_value


@pytest.mark.parametrize(
    ("value", "keep_last", "written"),
    [
        ("4111111111111111", 4, "************1111"),
        ("DE89 3704 0044 0532 0130 00", 4, "*" * 22 + "30 00"),
        ("078-05-11-20", 4, "*******11-20"),
        ("(030) 12.34.", 4, "******12.34."),
        ("12\u00a034\u201156", 4, "***34\u201156"),
        ("12-34", 4, "*****"),
        ("1", 4, "*"),
        ("", 4, ""),
        ("--", 4, "**"),
        ("a b-", 0, "****"),
        ("ab\U0001d7d8cd", 2, "***cd"),
        ("ab\U00020000\U00020001", 2, "**\U00020000\U00020001"),
        ("\u0410\u0412 12", 3, "*\u0412 12"),
    ],
)
def test_partial_keeps_the_last_letters_and_digits(value: str, keep_last: int, written: str) -> None:
    assert rewrite_value(value, "partial", "LABEL", keep_last, None) == written
