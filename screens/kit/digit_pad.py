"""The panel that types digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from screens.kit.keys import Key, KeyRows

if TYPE_CHECKING:
    from screens.kit.context import Ctx

PAD_WIDTH: Final = 720
HIGH, HIGH_UPRIGHT, HIGH_NARROW = 104, 128, 80
"""Units of a key: an upright panel has room for larger ones."""
POINT: Final = "."


class DigitPad(KeyRows):
    """1 to 9, 0 and delete.  ``on_key`` gets the digit, one of ``extra`` (such as X), or ``delete``."""

    def __init__(
        self, ctx: Ctx, on_key: Callable[[str], None], extra: Sequence[str] = (), clear: bool = True
    ) -> None:
        high = HIGH_UPRIGHT if ctx.metrics.roomy else HIGH_NARROW if ctx.metrics.narrow else HIGH

        def key(text: str) -> Key:
            said = ctx.words("kit.point") if text == POINT else text
            return Key(ctx, f"digit:{text}", said, lambda: on_key(text), text, style="number", high=high)

        delete = Key(
            ctx,
            "delete",
            ctx.words("kit.delete"),
            lambda: on_key("delete"),
            icon="backspace-outline",
            high=high,
        )
        rows = [[(key(digit), 1.0) for digit in row] for row in ("123", "456", "789")]
        last = [(key("0"), 1.0), (delete, 1.0)]
        if extra:
            last = [(key(each), 1.0) for each in extra] + last
        elif clear:
            wipe = Key(
                ctx, "clear", ctx.words("kit.clear"), lambda: on_key("clear"), style="body_bold", high=high
            )
            last = [(wipe, 1.0), *last]
        super().__init__(ctx, [*rows, last], columns=3, widest=PAD_WIDTH)
