"""Invented people without end, each with a number whose check character is right."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
_GIVEN: Final = "筠筱翊骞璟煜霏珩澍沅蘅琬瑄彧昶晔毓翀"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_STREETS: Final = ("曙光街", "光明路", "建设路", "中兴路", "开源路")


@dataclass(frozen=True)
class Somebody:
    name: str
    number: str
    sex: str
    birth: str
    address: str


def somebody(random: Random) -> Somebody:
    birth = f"{random.randint(1950, 1962)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    serial = random.randint(1, 998)
    digits = f"410402{birth}{serial:03}"
    check = _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
    name = random.choice(_SURNAMES) + "".join(random.sample(_GIVEN, 2))
    street, gate, house = random.choice(_STREETS), random.randint(1, 400), random.randint(1, 30)
    address = f"河南省平顶山市新华区{street}{gate}号院{house}号楼"
    return Somebody(name, digits + check, "1" if serial % 2 else "2", birth, address)
