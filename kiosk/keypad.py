"""Keypads for the blind and switches: all of them are USB keyboards, and which key means what is configured.

The names are those of keyboards (``up``, ``enter``, ``f1``, ``numpad5``); the numbers are Kivy's.  A key that
has no name here is written as its number, as ``kiosk`` shows it on the technician's keypad page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KEY_CODES: Final[Mapping[str, int]] = {
    "backspace": 8, "tab": 9, "enter": 13, "escape": 27, "spacebar": 32,
    "up": 273, "down": 274, "right": 275, "left": 276,
    "insert": 277, "home": 278, "end": 279, "pageup": 280, "pagedown": 281, "delete": 127,
    **{f"f{number}": 281 + number for number in range(1, 16)},
    # SDL knows these, Kivy hands them through as they are: jacks of audio keypads send them.
    **{f"f{number}": 0x40000068 + number - 13 for number in range(16, 25)},
    "help": 315, "menu": 319,
    **{f"numpad{number}": 256 + number for number in range(10)},
    "numpaddecimal": 266, "numpaddivide": 267, "numpadmul": 268, "numpadsubtract": 269, "numpadadd": 270,
    "numpadenter": 271,
    "*": 42, "#": 35, "+": 43, "-": 45, ".": 46,
    **{letter: ord(letter) for letter in "abcdefghijklmnopqrstuvwxyz"},
    "volumeup": 0x40000080, "volumedown": 0x40000081,
}  # fmt: skip

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "up": ("up",),
    "down": ("down",),
    "left": ("left",),
    "right": ("right",),
    "enter": ("enter", "numpadenter"),
    "cancel": ("escape",),
    "help": ("f1", "help"),
    "delete": ("backspace", "delete"),
    "next": ("tab", "spacebar"),  # the first of two switches
    "select": ("f2",),  # the second, or the only one
    "faster": ("f8",),
    "slower": ("f7",),
    "louder": ("volumeup", "f10"),
    "quieter": ("volumedown", "f9"),
    "headphones_in": ("f15",),  # what the jack of an audio keypad sends
    "headphones_out": ("f16",),
}
"""What keys do, and the keys that do it unless ``[keypad]`` says otherwise."""

DIGITS: Final[Mapping[int, str]] = {
    **{ord(digit): digit for digit in "0123456789"},
    **{256 + number: str(number) for number in range(10)},
}


def code_of(name: str) -> int | None:
    """The number of a key by its name, or by its number in digits."""
    known = KEY_CODES.get(name.lower())
    if known is not None:
        return known
    return int(name) if name.isdecimal() and name.isascii() and len(name) > 1 else None


def key_map(changed: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Action by number of the key; ``changed`` replaces the keys of an action."""
    names = {**ACTIONS, **changed}
    given = {code for keys in changed.values() for name in keys if (code := code_of(name)) is not None}
    found: dict[int, str] = {}
    for action, keys in names.items():
        for name in keys:
            code = code_of(name)
            # A key that the file gives to one action is taken from the action that had it.
            if code is not None and (action in changed or code not in given):
                found[code] = action
    return found
