"""Persons whom the embedded platform invents for opaque codes: it has no national register.

The same code always names the same person.  Names come from short lists, birth years from 1950 to 2003,
and numbers carry the region 410499, which no district of Pingdingshan has, with a right check digit:
none of them is anybody's.  Two prefixes rehearse what goes wrong:

``DEMO-UNKNOWN``  nobody knows this code · ``DEMO-EXPIRED``  the code has expired
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final, Literal

from kiosk.matters.numbers import citizen_check_character
from kiosk.matters.rules import Facts
from kiosk.server.registers import pick

UNKNOWN_PREFIX: Final = "DEMO-UNKNOWN"
EXPIRED_PREFIX: Final = "DEMO-EXPIRED"
REGION: Final = "410499"
PHONE_PREFIX: Final = "1990000"
_FIRST_BIRTH: Final = date(1950, 1, 1)
_BIRTH_DAYS: Final = (date(2004, 1, 1) - _FIRST_BIRTH).days
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = (
    "示范", "晨光", "明轩", "秀兰", "桂英", "建国", "文静", "思远", "玉梅", "海燕",
    "志强", "雅琴", "春生", "若兰", "国栋", "丽华", "子涵", "永康", "雨桐", "德福",
)  # fmt: skip
_ROADS: Final = ("建设路", "矿工路", "湛南路", "新城路", "开源路", "平安大道")


@dataclass(frozen=True, repr=False)
class Holder:
    """Who a token stands for.  ``birth`` is YYYYMMDD, ``sex`` the digit of GB/T 2261.1."""

    name: str
    number: str
    kind: str
    birth: str = ""
    sex: str = ""
    ethnicity: str = ""
    address: str = ""
    phone: str = ""

    @property
    def facts(self) -> Facts:
        """What rules of a matter may rely on."""
        return Facts.of(birth=self.birth, sex=self.sex, number=self.number, document=self.kind)

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def resolve(code: str) -> Holder | Literal["unknown", "expired"]:
    """The person of an opaque code."""
    known = code.strip()
    upper = known.upper()
    if not known or upper.startswith(UNKNOWN_PREFIX):
        return "unknown"
    if upper.startswith(EXPIRED_PREFIX):
        return "expired"

    def some(label: str, count: int) -> int:
        return pick(known, f"person {label}", 0, count - 1)

    birth = (_FIRST_BIRTH + timedelta(days=some("birth", _BIRTH_DAYS))).strftime("%Y%m%d")
    order = 100 + some("order", 900)
    digits = f"{REGION}{birth}{order}"
    name = _SURNAMES[some("surname", len(_SURNAMES))] + _GIVEN[some("given", len(_GIVEN))]
    road = _ROADS[some("road", len(_ROADS))]
    return Holder(
        name=name,
        number=digits + citizen_check_character(digits),
        kind="code",
        birth=birth,
        sex="1" if order % 2 else "2",
        ethnicity="01",
        address=f"河南省平顶山市示范区{road}{1 + some('house', 200)}号",
        phone=f"{PHONE_PREFIX}{some('phone', 10_000):04}",
    )
