"""Land register: whether somebody has a home, and which; a search and a query say the same of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kiosk.server.extracts import Extract, day_words, pick

_ROADS: Final = ("建设路中段", "开源路南段", "湛南路东段", "长安大道西段", "和平路北段", "新城路中段")
_SHARES: Final = ("单独所有", "共同共有")
_FIRST_DAY: Final = date(2013, 1, 1)
_DAYS: Final = 4_700


@dataclass(frozen=True, repr=False)
class Home:
    place: str
    area: str  # square metres
    registered: date
    shared: str
    price: int  # fen
    mortgaged: bool


def homes(number: str) -> tuple[Home, ...]:
    """Two of three persons have none; a person with one seldom has another."""
    count = (0, 0, 0, 0, 1, 2)[pick(number, "land", 0, 5)]
    return tuple(_home(number, turn) for turn in range(count))


def land_search(number: str, first: date, last: date, today: date) -> Extract:
    """A search for homes in the holder's name, for who has to show that there is none."""
    owned = [home for home in homes(number) if home.registered <= today]
    if owned:
        return Extract(
            title="不动产登记信息查询结果",
            columns=("坐落", "用途", "建筑面积（平方米）", "登记日期"),
            rows=tuple((home.place, "住宅", home.area, home.registered.isoformat()) for home in owned),
            note="查询结果仅反映查询时登记簿的记载。",
            statement=f"截至{day_words(today)}，在平顶山市不动产登记信息（演示）中登记有房屋{len(owned)}套",
        )
    return Extract(
        title="不动产登记信息查询结果",
        columns=("查询范围", "查询方式", "截止日期", "查询结果"),
        rows=(("平顶山市不动产登记簿（演示）", "姓名和证件号码", today.isoformat(), "未查询到登记信息"),),
        note="查询结果仅反映查询时登记簿的记载。",
        statement=f"截至{day_words(today)}，在平顶山市不动产登记信息（演示）中未查询到名下不动产登记信息",
    )


def own_homes(number: str, first: date, last: date, today: date) -> Extract:
    """What is registered in the holder's name."""
    return _own(number, today, burdens=False)


def own_homes_and_burdens(number: str, first: date, last: date, today: date) -> Extract:
    """The same with mortgages and seizures."""
    return _own(number, today, burdens=True)


def _own(number: str, today: date, *, burdens: bool) -> Extract:
    columns = ["坐落", "用途", "建筑面积（平方米）", "共有情况", "登记日期"]
    rows = []
    owned = [home for home in homes(number) if home.registered <= today]
    for home in owned:
        row = [home.place, "住宅", home.area, home.shared, home.registered.isoformat()]
        rows.append((*row, "有抵押" if home.mortgaged else "无抵押", "无查封") if burdens else tuple(row))
    if burdens:
        columns += ["抵押", "查封"]
    return Extract(
        title="不动产登记资料查询结果",
        columns=tuple(columns),
        rows=tuple(rows) or (("名下没有登记的房屋", *[""] * (len(columns) - 1)),),
        note=f"截至{day_words(today)}，名下登记房屋{len(owned)}套。查询结果仅反映查询时登记簿的记载。",
        statement=f"截至{day_words(today)}，在平顶山市不动产登记簿（演示）中登记有房屋{len(owned)}套",
    )


def _home(number: str, turn: int) -> Home:
    def some(label: str, low: int, high: int) -> int:
        return pick(number, f"land {turn} {label}", low, high)

    area = some("area", 620, 1_430)  # tenths of a square metre
    road = _ROADS[some("road", 0, len(_ROADS) - 1)]
    flat = f"{some('floor', 1, 11)}0{some('flat', 1, 4)}"
    block = f"{some('house', 2, 198)}号院{some('block', 1, 12)}号楼"
    place = f"平顶山市示范区{road}{block}{flat}号（演示）"
    return Home(
        place=place,
        area=f"{area // 10}.{area % 10}",
        registered=_FIRST_DAY + timedelta(days=some("day", 0, _DAYS)),
        shared=_SHARES[some("share", 0, 1)],
        price=area * some("price", 38, 76) * 1_000,
        mortgaged=some("mortgage", 0, 1) == 1,
    )
