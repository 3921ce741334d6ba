"""What is wrong with a language's file, for whoever writes it: a line each, the gravest first."""

from __future__ import annotations

import unicodedata
from typing import Final

from assets import fonts
from screens.words import LANGUAGES, LIKE, OWN, LanguageFileError, base_of, places, read

RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
LONG: Final = 1.5
"""As long as the English, by the width of its characters: beyond it a button or a row may have no room."""
SHORT_WORDS: Final = 12
SPOKEN: Final = ("speech.", "help.")
"""Said, or with a page of their own: their length does no harm."""


def lacking(language: str) -> list[str]:
    """Keys that are missing, unknown, empty, have other placeholders than the English ones or no glyphs."""
    try:
        own = read(language)
    except LanguageFileError as reason:
        return [f"{reason}; the language is not offered"]
    english = read("en")
    found = _as_a_whole(language, own)
    found += [f"{key}: missing" for key in sorted(set(english) - set(own) - {LIKE})]
    found += [f"{key}: no page says this" for key in sorted(set(own) - set(english))]
    for key in sorted(set(own) & set(english)):
        if told := _wrong(own[key], english[key]):
            found.append(f"{key}: {told}")
    return found


def too_long(language: str) -> list[str]:
    """Texts that are much longer than the English ones: to be looked at, not wrong by themselves."""
    try:
        own = read(language)
    except LanguageFileError:
        return []
    english = read("en")
    found = []
    for key in sorted(set(own) & set(english)):
        allowed = max(SHORT_WORDS, LONG * _wide(english[key]))
        if not key.startswith(SPOKEN) and _wide(own[key]) > allowed:
            found.append(f"{key}: {_wide(own[key]) / _wide(english[key]):.1f} times as long as the English")
    return found


def _as_a_whole(language: str, own: dict[str, str]) -> list[str]:
    if language in LANGUAGES:
        return []
    found = []
    text = "".join(own.values())
    base = base_of(language)
    if any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in text):
        found.append(
            "is written from right to left, which these screens and papers cannot set: "
            f"such texts are said in {base} instead"
        )
    if unshown := sorted(set(_unshown(text))):
        kinds = sorted({unicodedata.name(sign, "UNNAMED").split()[0] for sign in unshown})
        found.append(
            f"{len(unshown)} of its characters cannot be shown ({', '.join(kinds)}): no installed font has "
            f"them, or their letters have to be joined; texts with them are said in {base} instead"
        )
    name = own.get(OWN, "").strip()
    if not name or not fonts.covered(name):
        why = "does not say its own name" if not name else "has a name that cannot be shown"
        found.append(f"{why} ({OWN}): the language is not offered")
    if own.get(LIKE, base) not in LANGUAGES:
        found.append(f"{LIKE}: one of {', '.join(LANGUAGES)}")
    return found


def _wrong(text: str, english: str) -> str:
    if not text.strip():
        return "empty"
    try:
        same = places(text) == places(english)
    except ValueError:
        return "a brace that stands alone; {name} is a placeholder, {{ and }} are braces"
    if not same:
        wanted = ", ".join(sorted(name for name, _ in places(english))) or "none"
        return f"other placeholders than {wanted}"
    if unshown := _unshown(text):
        return f"U+{ord(unshown[0]):04X} cannot be shown"
    return ""


def _unshown(text: str) -> list[str]:
    return [sign for sign in text if not sign.isspace() and not fonts.covered(sign)]


def _wide(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)
