"""What must not be found after a visit, kept so that the search does not find it here.

Each text is XORed with a random pad of its own, and the pad kept beside it: neither tells anything alone, and
nothing in this process puts them together again.  The search runs in a process of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from operator import xor
from typing import TYPE_CHECKING, Final

from kiosk.matters.kinds import FieldKind
from values import dataclass

if TYPE_CHECKING:
    from devices.contract import IdentityDocument
    from kiosk.visit.state import Person, Visit

LEAST_CHINESE: Final = 2  # a name
LEAST_OTHER: Final = 6  # below that a text is everywhere
MOST_CHARACTERS: Final = 48  # of a long text its beginning tells enough
MOST_NEEDLES: Final = 64
SOUND_MARKS: Final = 4
LEAST_KINDS: Final = 30
"""Different bytes in a mark of sound: silence and a plain tone are everywhere."""
_DOCUMENT: Final = ("name", "number", "address", "name_other", "pass_number", "card_number")
_TYPED: Final = (
    FieldKind.TEXT,
    FieldKind.DIGITS,
    FieldKind.PHONE,
    FieldKind.BANK_CARD,
    FieldKind.ADDRESS,
)


@dataclass(frozen=True, repr=False)
class Needle:
    """UTF-8, XORed with ``pad``; ``sound``: bytes of a recording, which stand as they are or not at all."""

    pad: bytes
    masked: bytes
    sound: bool = False

    @classmethod
    def of(cls, text: str) -> Needle:
        plain = text.encode("utf-8", "surrogatepass")
        pad = os.urandom(len(plain))
        return cls(pad, bytes(map(xor, plain, pad)))


def marks_of(sound: memoryview) -> tuple[Needle, ...]:
    """Places of a recording that are like no other: what must not be found when it was overwritten."""
    found = []
    for number in range(SOUND_MARKS):
        at = (2 * number + 1) * len(sound) // (2 * SOUND_MARKS)
        piece = next(
            (
                sound[here : here + MOST_CHARACTERS]
                for here in range(at, len(sound) - MOST_CHARACTERS, MOST_CHARACTERS)
                if len(set(sound[here : here + MOST_CHARACTERS])) >= LEAST_KINDS
            ),
            None,
        )
        if piece is not None:
            pad = os.urandom(MOST_CHARACTERS)
            found.append(Needle(pad, bytes(map(xor, piece, pad)), sound=True))
    return tuple(found)


class Needles:
    """Collects while a visit goes on, from what leaves its state.  The window's thread."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._seen: set[bytes] = set()
        self._needles: list[Needle] = []

    def __len__(self) -> int:
        return len(self._needles)

    def notice(self, before: Visit, after: Visit) -> None:
        """Whatever was known before and is not any more must not be found later."""
        if after is before:
            return
        for text in _left(before, after):
            self._add(text)
        spoken, kept = before.asking.recording, after.asking.recording
        if spoken is not None and spoken.marks and (kept is None or kept.marks != spoken.marks):
            self._needles += spoken.marks[: MOST_NEEDLES - len(self._needles)]

    def take(self) -> tuple[Needle, ...]:
        """All of them, to be searched for; from here on others are collected."""
        taken, self._needles = tuple(self._needles), []
        self._seen.clear()
        self._key = os.urandom(32)
        return taken

    def put_back(self, needles: tuple[Needle, ...]) -> None:
        """They could not be searched for yet."""
        self._needles = [*needles, *self._needles][:MOST_NEEDLES]

    def _add(self, text: str) -> None:
        wanted = text.strip()[:MOST_CHARACTERS]
        least = LEAST_CHINESE if any(ord(each) > 0x2E7F for each in wanted) else LEAST_OTHER
        if len(wanted) < least or len(self._needles) >= MOST_NEEDLES:
            return
        plain = wanted.encode("utf-8", "surrogatepass")
        mark = hashlib.blake2b(plain, key=self._key, digest_size=16).digest()
        if mark not in self._seen:
            self._seen.add(mark)
            self._needles.append(Needle.of(wanted))


def _left(before: Visit, after: Visit) -> Iterator[str]:
    """What ``before`` holds of the person and ``after`` does not."""
    if before.person is not None and after.person is not before.person:
        yield from _of_person(before.person)
    if before.form is not after.form:
        kinds = {question.key: question.kind for question in before.questions}
        for key, answer in before.form.answers.items():
            if kinds.get(key) in _TYPED and after.form.answers.get(key) != answer:
                yield answer
        if before.form.raw != after.form.raw:
            yield before.form.raw
    if before.phone is not None and after.phone is not before.phone:
        yield before.phone.text  # also what was not taken
    if before.asking.text != after.asking.text:
        yield before.asking.text
    if before.handing is not after.handing:
        kept = {each.evidence for each in after.handing.given}
        yield from (each.evidence for each in before.handing.given if each.evidence not in kept)
    if before.signature is not None and after.signature is not before.signature:
        yield before.signature.told_apart(MOST_CHARACTERS)
    if before.saved is not after.saved:
        for form in before.saved:
            yield from (each for each in form.answers.values() if not _is_code(each))


def _of_person(person: Person) -> Iterator[str]:
    document: IdentityDocument = person.document
    yield from (getattr(document, name) for name in _DOCUMENT)
    yield from (person.phone, person.code, person.token)


def _is_code(text: str) -> bool:
    """A choice, a day or a month: many people's."""
    number = text.isalnum() and len(text) >= LEAST_OTHER and any(map(str.isdigit, text))
    return text.isascii() and not number
