"""Characters written with a finger, read by zinnia with the simplified Chinese model of tegaki.

The model knows the 6,763 characters of GB 2312.  Nothing is learned and nothing is kept: each question is
put with all strokes of the one character that is being written.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault

LIBRARY: Final = "libzinnia.so.0"
MODEL: Final = Path("/usr/share/tegaki/models/zinnia/handwriting-zh_CN.model")
MOST_CANDIDATES: Final = 24
MOST_STROKES: Final = 64
"""龘 has 48; more is a child drawing."""
MOST_POINTS: Final = 200
"""Of a stroke; of a longer one every second, third ... point is enough."""
SIDE: Final = 1000
MARGINS: Final = (0.08, 0.3)
"""Of the side.  The model tells 口 from 囗 by its size, which a wide field does not: both are asked for."""

Stroke = Sequence[tuple[float, float]]

_FUNCTIONS: Final[dict[str, tuple[Any, list[Any]]]] = {
    "zinnia_recognizer_new": (c.c_void_p, []),
    "zinnia_recognizer_open": (c.c_int, [c.c_void_p, c.c_char_p]),
    "zinnia_recognizer_classify": (c.c_void_p, [c.c_void_p, c.c_void_p, c.c_size_t]),
    "zinnia_recognizer_destroy": (None, [c.c_void_p]),
    "zinnia_character_new": (c.c_void_p, []),
    "zinnia_character_set_width": (None, [c.c_void_p, c.c_size_t]),
    "zinnia_character_set_height": (None, [c.c_void_p, c.c_size_t]),
    "zinnia_character_add": (c.c_int, [c.c_void_p, c.c_size_t, c.c_int, c.c_int]),
    "zinnia_character_destroy": (None, [c.c_void_p]),
    "zinnia_result_value": (c.c_char_p, [c.c_void_p, c.c_size_t]),
    "zinnia_result_size": (c.c_size_t, [c.c_void_p]),
    "zinnia_result_destroy": (None, [c.c_void_p]),
}


class Handwriting:
    """Opened with :func:`open_handwriting`; for one thread."""

    def __init__(self, library: c.CDLL, recognizer: int) -> None:
        self._library = library
        self._recognizer = recognizer

    def read(self, strokes: Sequence[Stroke]) -> list[str]:
        """What the strokes may mean, best first.  Points are in any unit, downwards from the upper left."""
        answers = [self._read(placed) for margin in MARGINS if (placed := _in_the_square(strokes, margin))]
        return list(dict.fromkeys(text for best in zip(*answers, strict=False) for text in best))

    def _read(self, placed: Sequence[Sequence[tuple[int, int]]]) -> list[str]:
        library = self._library
        character = library.zinnia_character_new()
        try:
            library.zinnia_character_set_width(character, SIDE)
            library.zinnia_character_set_height(character, SIDE)
            for number, stroke in enumerate(placed):
                for x, y in stroke:
                    library.zinnia_character_add(character, number, x, y)
            result = library.zinnia_recognizer_classify(self._recognizer, character, MOST_CANDIDATES)
        finally:
            library.zinnia_character_destroy(character)
        if not result:
            return []
        try:
            count = library.zinnia_result_size(result)
            values = [library.zinnia_result_value(result, place) for place in range(count)]
        finally:
            library.zinnia_result_destroy(result)
        return [value.decode("utf-8", "replace") for value in values if value]


def open_handwriting(model: Path = MODEL) -> Handwriting | Fault:
    """Faults: ``typing.hand_library_missing``, ``typing.hand_model_missing``, ``typing.hand_model_damaged``.

    The model is mapped, not read: a few milliseconds.
    """
    try:
        library = c.CDLL(LIBRARY)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as missing:
        return Fault("typing.hand_library_missing", str(missing), permanent=True)
    if not model.is_file():
        return Fault("typing.hand_model_missing", permanent=True)
    recognizer = library.zinnia_recognizer_new()
    if not library.zinnia_recognizer_open(recognizer, str(model).encode()):
        library.zinnia_recognizer_destroy(recognizer)
        return Fault("typing.hand_model_damaged", permanent=True)
    return Handwriting(library, recognizer)


def _in_the_square(strokes: Sequence[Stroke], margin: float) -> list[list[tuple[int, int]]]:
    """Written small or in a corner of a wide field, a character is the same: moved and scaled as one."""
    drawn = [_thinned(stroke) for stroke in strokes if stroke][:MOST_STROKES]
    points = [point for stroke in drawn for point in stroke]
    if not points:
        return []
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, low = min(y for _, y in points), max(y for _, y in points)
    extent = max(right - left, low - top)
    if extent <= 0:
        return []  # a dot alone is no character
    scale = SIDE * (1 - 2 * margin) / extent
    middle_x, middle_y = (left + right) / 2, (top + low) / 2
    return [
        [
            (round(SIDE / 2 + (x - middle_x) * scale), round(SIDE / 2 + (y - middle_y) * scale))
            for x, y in stroke
        ]
        for stroke in drawn
    ]


def _thinned(stroke: Stroke) -> list[tuple[float, float]]:
    step = -(-len(stroke) // MOST_POINTS)
    return [*stroke[:-1:step], stroke[-1]]
