"""A text spelled by ear with the digits of a keypad, as a blind citizen spells it.

She hears sounds, not characters: of those that sound alike she takes the one whose word she knows for hers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from kiosk.speech.describing import describe
from kiosk.speech.mandarin import pinyin
from kiosk.speech.signs import named
from screens.assist.spelling import AGAIN_SECONDS, LETTERS
from screens.rehearsal.knowing import word
from screens.robot import RobotFault

SURELY_SECONDS: Final = 0.2
CANDIDATES_AT_MOST: Final = 400
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


class SpellingByEar:
    """``press`` gives what was heard once all is said, ``tap`` goes on after the first word of it, ``choose``
    goes to something by its name and presses it, ``rest`` waits for so many seconds."""

    def __init__(
        self,
        language: str,
        press: Callable[[str], str],
        tap: Callable[[str], str],
        choose: Callable[[str], str],
        rest: Callable[[float], None],
    ) -> None:
        self._language = language
        self._press = press
        self._tap = tap
        self._choose = choose
        self._rest = rest
        self._way = ""
        self._tapped = ""

    def spell(self, text: str) -> None:
        """Characters by their pinyin, digits and signs as they are."""
        self._way = "pinyin" if self._language == "zh" else "letters"  # as the page begins
        for character in text:
            if _HAN.match(character):
                self._in("pinyin")
                for letter in spelling_of(character):
                    self._letter(letter)
                self._pick(character)
            elif character.isascii() and character.isalpha():
                self._in("letters")
                self._letter(character.lower())
            elif character.isdigit():
                self._in("symbols")
                self._press(character)
            else:
                self._in("symbols")
                space = character == " "
                self._choose(word("kit.space", self._language) if space else named(character, self._language))

    def _in(self, way: str) -> None:
        if self._way != way:
            self._choose(word(f"kit.{way}", self._language))
            self._way = way
            self._tapped = ""

    def _letter(self, letter: str) -> None:
        """As often as the letter stands on its digit; after the same digit she waits."""
        digit = next(digit for digit, letters in LETTERS.items() if letter in letters)
        if digit == self._tapped:
            self._rest(AGAIN_SECONDS + SURELY_SECONDS)
        for expected in LETTERS[digit][: LETTERS[digit].index(letter) + 1]:
            heard = self._tap(digit)
            if expected not in heard.split("。"):
                raise RobotFault(f"{digit} was to spell {expected}, and {heard!r} was heard")
        self._tapped = digit

    def _pick(self, character: str) -> None:
        """Down through the characters until hers is heard, if need be through all of them."""
        self._tapped = ""
        hers = expected_sound(character)
        others, after = (word(f"kit.{key}", self._language) for key in ("more_candidates", "next_page"))
        end = word("speech.last", self._language)
        heard = self._press("down")
        for _ in range(CANDIDATES_AT_MOST):
            if sound(heard).startswith(hers):
                self._press("enter")
                return
            if re.match(rf"{re.escape(others)}[，,]|{re.escape(after)}[，,]", heard):
                if word("speech.disabled", self._language).split("{")[0] in heard:
                    break
                heard = self._press("enter")
            elif end in heard:
                break
            else:
                heard = self._press("down")
        raise RobotFault(f"{character} was never spoken as something to choose")


def expected_sound(character: str) -> str:
    """How a candidate begins that is surely this one: its sound, and the word that tells it apart."""
    told = describe(character)
    if not told:
        raise RobotFault(f"nothing tells {character} from others that sound like it")
    return sound(f"{character}，{told}，")


def sound(text: str) -> str:
    """What of it the ear has, whatever is written."""
    return re.sub(r"[^a-z0-9]+", " ", pinyin(text.lower())).strip() + " "


def spelling_of(character: str) -> str:
    """Its pinyin as it is typed: without tones, ü as v."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character)).replace("ü", "v")
