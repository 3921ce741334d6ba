"""What the linter says: one finding is one thing to mend, with its place, its article and how to mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Severity(IntEnum):
    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Article:
    """What a rule stands on: an article of the regulation, or a standard."""

    zh: str
    en: str


ARTICLE_5: Final = Article("第五条", "Article 5")
ARTICLE_6: Final = Article("第六条", "Article 6")
ARTICLE_7: Final = Article("第七条", "Article 7")
ARTICLE_8: Final = Article("第八条", "Article 8")
ARTICLE_9: Final = Article("第九条", "Article 9")
ARTICLE_12: Final = Article("第九条、第十二条", "Articles 9 and 12")
ARTICLE_13: Final = Article("第十三条", "Article 13")
ARTICLE_14: Final = Article("第十四条", "Article 14")
ARTICLE_21: Final = Article("第二十一条", "Article 21")
ARTICLE_22: Final = Article("第二十二条第三项", "Article 22 (3)")
ARTICLE_22_NOON: Final = Article("第二十二条第二项", "Article 22 (2)")
ARTICLE_28: Final = Article("第二十八条第一项", "Article 28 (1)")
CODES: Final = Article("第七条、GB/T 39554.1-2020", "Article 7, GB/T 39554.1-2020")
CREDIT_CODE: Final = Article("GB 32100-2015", "GB 32100-2015")


@dataclass(frozen=True)
class Finding:
    """``path`` is the place in the document, ``line`` and ``column`` (from 1) the place in the file."""

    code: str
    severity: Severity
    article: Article
    file: str
    line: int
    column: int
    zh: str
    en: str
    path: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity.word,
            "article": self.article.zh,
            "article_en": self.article.en,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "message": self.zh,
            "message_en": self.en,
        }

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        zh = visible(f"{place}: {self.severity.word} [{self.code}] {self.article.zh}：{self.zh}")
        return f"{zh}\n    {visible(f'{self.article.en}: {self.en}')}"


def visible(text: str) -> str:
    """What a file quotes must not move the cursor, colour or turn round the line that it is shown in."""
    return "".join(
        sign if unicodedata.category(sign) not in _UNSEEN else f"\\u{ord(sign):04x}" for sign in text
    )


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The severity of the gravest; None when there is nothing to say."""
    return max((finding.severity for finding in findings), default=None)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 nothing, or information only; 1 warnings; 2 errors."""
    gravest = worst(findings)
    return 0 if gravest is None else int(gravest)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """As a person reads them: by file, line and column, each once."""
    return tuple(sorted(set(findings), key=lambda each: (each.file, each.line, each.column, each.code)))
