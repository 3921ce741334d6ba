"""Characters that nobody can read on a screen or a paper: control characters, emoji, private ones.

Names and addresses of the invented person may have private-use characters, as old cards do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from kiosk.matters.characters import unusable_character
from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.subject import Subject, Surroundings

_LAYOUT: Final = str.maketrans("", "", "\n\t\ufeff\u200b")  # written over several lines; seen by nobody
_PRIVATE: Final = frozenset({"Co", "Cn"})
_EMOJI: Final = range(0x1F000, 0x20000)
_SELECTORS: Final = range(0xFE00, 0xFE10)


_FINE: Final[set[str]] = set()  # characters that have been looked at; there are some thousands of them


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    written = set[str]().union(*subject.lines)
    if "\\" not in written and written <= _FINE:  # what is written with \\ does not stand in the lines
        return
    for path, text in subject.texts():
        shown = text.translate(_LAYOUT)
        new = set(shown) - _FINE
        if not new:
            continue
        _FINE.update(sign for sign in new if unusable_character(sign) is None and not _undrawable(sign))
        refused = unusable_character(shown)
        if refused is not None:
            yield subject.finding(
                path,
                "signs.control",
                Severity.ERROR,
                ARTICLE_7,
                f"有看不见的控制字符{refused}，会打乱屏幕和凭条：请删掉，重新输入这段文字",
                f"there is the invisible control character {refused}, which disturbs screens and papers: "
                "delete it and type the text again",
                word=chr(int(refused[2:], 16)),
            )
        elif path[0] != "rehearsal" and (sign := next(filter(_undrawable, shown), None)) is not None:
            yield subject.finding(
                path,
                "signs.undrawable",
                Severity.WARNING,
                ARTICLE_7,
                f"字符U+{ord(sign):04X}是表情或者自造字，屏幕和凭条上显示不出来：请换成规范汉字",
                f"U+{ord(sign):04X} is an emoji or a private character, which cannot be shown: "
                "write it in words",
                word=sign,
            )


def _undrawable(sign: str) -> bool:
    code = ord(sign)
    return code in _EMOJI or code in _SELECTORS or unicodedata.category(sign) in _PRIVATE
