"""Numbers on a keypad, shown in the groups in which people read them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from screens.citizen.form_inputs import Input
from screens.kit.block import Block
from screens.kit.digit_pad import POINT, DigitPad
from screens.kit.field import Field

DIGITS_MOST: Final = 30
PHONE_DIGITS: Final = 11
BANK_CARD_DIGITS: Final = 19
YUAN_DIGITS: Final = 9


class DigitsInput(Input):
    """A number on a keypad, shown in the groups in which people read it out."""

    most: ClassVar[int] = 0
    groups: ClassVar[tuple[int, ...]] = ()

    def build(self, compact: bool) -> list[Block]:
        ctx = self.ctx
        label = "" if compact else ctx.both(self.question.label)
        self.field = Field(
            ctx,
            "answer",
            label,
            self._shown(),
            self.error,
            "" if self.apart else ctx.words("form.digits"),
            on_text=self._enter,
            style="number",
        )
        self.field.name = ctx.both(self.question.label)
        if self.told:
            self.field.told_elsewhere()
        return [self.field]

    def fields(self) -> Sequence[Field]:
        return (self.field,)

    def keys(self) -> Block:
        return DigitPad(self.ctx, self._key)

    def _key(self, key: str) -> None:
        if key == "delete":
            self._enter(self.typed[:-1])
        else:
            self._enter("" if key == "clear" else self.typed + key)

    def _enter(self, text: str) -> None:
        self.keep("".join(text.split())[: self.most or self.question.max_length or DIGITS_MOST])
        self.field.show(self._shown())

    def _shown(self) -> str:
        return grouped(self.typed, self.groups)


class PhoneInput(DigitsInput):
    most = PHONE_DIGITS
    groups = (3, 4, 4)


class BankCardInput(DigitsInput):
    most = BANK_CARD_DIGITS
    groups = (4, 4, 4, 4, 4)


class AmountInput(DigitsInput):
    """Yuan, with a point and at most two decimals; thousands are set apart while they are typed."""

    def begin(self, given: str) -> str:
        return given.removesuffix(".00")

    def keys(self) -> Block:
        return DigitPad(self.ctx, self._key, extra=(POINT,))

    def _enter(self, text: str) -> None:
        plain = "".join(text.split()).replace(",", "")
        whole, point, rest = plain.partition(POINT)
        whole = (whole.lstrip("0") or ("0" if whole or point else ""))[:YUAN_DIGITS]
        self.keep(f"{whole}{point}{rest[:2]}" if rest.isdigit() or not rest else plain)
        self.field.show(self._shown())

    def _shown(self) -> str:
        whole, point, rest = self.typed.partition(POINT)
        if not whole.isdigit():
            return self.typed
        return self.ctx.words("form.yuan", amount=f"{int(whole):,}{point}{rest}")


def grouped(digits: str, groups: tuple[int, ...]) -> str:
    """``13937500026`` as ``139 3750 0026``; what is longer than the groups stays together at the end."""
    parts, start = [], 0
    for size in groups:
        parts.append(digits[start : start + size])
        start += size
    parts.append(digits[start:])
    return " ".join(part for part in parts if part)
