"""Words for people: everyday words that help the search, and English where English is promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.lint.findings import ARTICLE_22, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject, Surroundings

FEWEST_WORDS: Final = 3
LONGEST_WORD: Final = 12
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTER: Final = re.compile("[A-Za-z]")
_MACHINE: Final = re.compile(r"(?i)\b(todo|tbd|translate|translation|lorem|ipsum|fixme)\b")


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _search_words(subject)
    for path, text in subject.texts():
        if path[-1] == "en":
            yield from _english(subject, path, text)
        elif path[-1] == "zh" and not _HAN.search(text) and _LETTER.search(text):
            yield _finding(
                subject,
                path,
                "words.not_chinese",
                Severity.WARNING,
                "这里应当是中文",
                "this has to be Chinese",
            )


def _english(subject: Subject, path: Path_, text: str) -> Iterator[Finding]:
    han = _HAN.search(text)
    if han is not None:
        zh, en = "英文里有汉字：请译成英文", "there is Chinese in the English: translate it"
        yield _finding(subject, path, "words.not_english", Severity.ERROR, zh, en, han.group())
    elif not _LETTER.search(text) and not any(sign.isdigit() for sign in text):
        zh, en = "没有英文：请写出英文", "there are no words in it: write them"
        yield _finding(subject, path, "words.not_english", Severity.ERROR, zh, en)
    elif _MACHINE.search(text):
        zh, en = "英文还没有写：请写出英文", "this is not written yet: write it"
        yield _finding(subject, path, "words.not_english", Severity.ERROR, zh, en)


def _search_words(subject: Subject) -> Iterator[Finding]:
    given = [(path, node.value) for path, node in subject.items("words") if isinstance(node.value, str)]
    names = {subject.text("name", "zh"), subject.text("plain_name", "zh")} - {None}
    seen: set[str] = set()
    useful = 0
    for path, word in given:
        if word in seen:
            zh, en = f"“{word}”写了两次：请删去一个", f"“{word}” stands here twice: delete one"
            yield _finding(subject, path, "words.repeated", Severity.WARNING, zh, en)
        elif word in names:
            zh, en = (
                f"“{word}”就是事项名称，不用再写：请换成老百姓的说法",
                "this is the name itself: write what people say instead",
            )
            yield _finding(subject, path, "words.same_as_name", Severity.INFO, zh, en)
        elif len(word.strip()) < 2 or len(word) > LONGEST_WORD:
            zh = f"“{word[:20]}”太短或太长，没有人这样搜：请写2到{LONGEST_WORD}个字的说法"
            en = f"nobody searches for this: write 2 to {LONGEST_WORD} characters"
            yield _finding(subject, path, "words.useless", Severity.WARNING, zh, en)
        else:
            useful += 1
        seen.add(word)
    if useful < FEWEST_WORDS:
        zh = f"搜索用的说法太少：请写至少{FEWEST_WORDS}个老百姓会说的词，例如俗称、用途、别名"
        en = f"too few words to find it by: write at least {FEWEST_WORDS} that people say"
        yield _finding(subject, ("words",), "words.too_few", Severity.WARNING, zh, en)


def _finding(
    subject: Subject, path: Path_, code: str, severity: Severity, zh: str, en: str, word: str = ""
) -> Finding:
    return subject.finding(path, code, severity, ARTICLE_22, zh, en, word=word)
