"""Written text as it is read out: numbers that identify digit by digit, amounts and dates as numbers.

``digits``: telephone numbers, identity numbers, case numbers.  On the telephone 1 is 幺, which nobody takes
for 7.  What is masked is said to be masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from kiosk.speech import surnames
from values import dataclass

LONGEST_COUNT: Final = 4
"""Digits; a longer number without a unit is nobody's count, and is read digit by digit."""
_ZERO_TO_NINE: Final = "零一二三四五六七八九"
_ONE_BY_ONE: Final = str.maketrans("0123456789-", "零幺二三四五六七八九杠")
_SAID_IN: Final = {11: (3, 4, 4), 18: (6, 8, 4)}  # telephones, identity numbers
_YEAR: Final = str.maketrans("0123456789", _ZERO_TO_NINE)
_UNITS: Final = ("", "十", "百", "千")
_GROUPS: Final = ("", "万", "亿", "万亿")
_COUNTED: Final = "题个份种次张位项件天分钟小时秒页元米岁周倍人名台条步道处段辆部层排"
_PAUSE_ORDER: Final = "？！。；：，、"
"""From the longest pause to the shortest."""
_SEVERAL: Final = re.compile(rf"[{_PAUSE_ORDER}](?: *[{_PAUSE_ORDER}])+")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """A piece in one language: ``zh`` without any digit or Latin letter, ``en``, or a further one."""

    language: str
    text: str


def spoken(text: str, language: str) -> tuple[Segment, ...]:
    """What is heard, in the pieces that one voice can say."""
    plain = " ".join(text.replace("　", "，").replace("\n", "。" if language == "zh" else ". ").split(" "))
    return tuple(_pieces(plain, language))


def said(text: str, language: str) -> str:
    """The same as one text; a pause at its end is none."""
    return "".join(segment.text for segment in spoken(text, language)).strip().rstrip("，,")


# --- Chinese ------------------------------------------------------------------------------------------


def chinese(text: str) -> str:
    """Chinese text with every number in characters."""
    text = surnames.with_marks(text)
    read = _CHINESE.sub(_replaced(_CHINESE_WAYS), text.translate(_SIGNS))
    return _SEVERAL.sub(_strongest, read)


def _strongest(match: re.Match[str]) -> str:
    """Of several signs in a row the longest pause: the end of a bracket is no pause more."""
    return min(match.group().replace(" ", ""), key=_PAUSE_ORDER.index)


def one_by_one(text: str) -> str:
    """``13937500026`` digit by digit, long ones in the groups in which people say them; letters stay."""
    if "-" in text:
        return "，杠".join(map(one_by_one, filter(None, text.split("-"))))
    groups = _SAID_IN.get(len(text), (4,) * (len(text) // 4 + 1) if len(text) > 6 else (len(text),))
    parts, start = [], 0
    for size in groups:
        parts.append(" ".join(re.findall(r"[A-Za-z]|[^A-Za-z]+", text[start : start + size])))
        start += size
    return "，".join(part for part in parts if part).translate(_ONE_BY_ONE)


def number(digits: str) -> str:
    """A whole number or a decimal in characters."""
    whole, _, rest = digits.replace(",", "").partition(".")
    rest = rest.rstrip("0")
    said_whole = _whole(int(whole or "0"))
    return f"{said_whole}点{rest.translate(_YEAR)}" if rest else said_whole


def _whole(value: int) -> str:
    if value == 0:
        return "零"
    groups = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    found = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            continue
        gap = found and (group < 1000 or (place + 1 < len(groups) and groups[place + 1] == 0))
        found += ("零" if gap else "") + _four(group) + _GROUPS[min(place, len(_GROUPS) - 1)]
    return found[1:] if found.startswith("一十") else found


def _four(value: int) -> str:
    found, zero = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            found += ("零" if zero and found else "") + _ZERO_TO_NINE[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return found


def _count(match: re.Match[str]) -> str:
    """A short number by itself; 2 of something is 两."""
    digits, after = match["count"], match.string[match.end() : match.end() + 1]
    before = match.string[match.start() - 1 : match.start()]
    if len(digits) > LONGEST_COUNT or (len(digits) > 1 and digits[0] == "0"):
        return f"，{one_by_one(digits)}" if before.isalnum() else one_by_one(digits)
    if digits == "2" and after and after in _COUNTED and before != "第":
        return "两"
    return number(digits)


def _date(match: re.Match[str]) -> str:
    day = f"{number(match['day'])}日" if match["day"] else ""
    return f"{match['year'].translate(_YEAR)}年{number(match['month'])}月{day}"


def _years(match: re.Match[str]) -> str:
    month = f"{number(match['in_month'])}月" if match["in_month"] else ""
    day = f"{number(match['on_day'])}日" if match["on_day"] else ""
    return f"{match['years'].translate(_YEAR)}年{month}{day}"


def _time(match: re.Match[str]) -> str:
    hour, minute = number(match["hour"]), match["minute"]
    hour = "两" if hour == "二" else hour
    if minute == "00":
        return f"{hour}点"
    return f"{hour}点{'零' if minute[0] == '0' else ''}{number(minute)}分"


def _masked(match: re.Match[str]) -> str:
    parts = re.split(r"\*+", match["masked"])
    hidden = "，中间隐藏，" if parts[0] and parts[-1] else "，隐藏，"
    return hidden.join(one_by_one(part) for part in parts).strip("，")


def _grouped(match: re.Match[str]) -> str:
    return "，".join(one_by_one(part) for part in re.split(r"[ -]", match["grouped"]))


_CHINESE_WAYS: Final[dict[str, Callable[[re.Match[str]], str]]] = {
    "masked": _masked,
    "stars": lambda _match: "某",
    "iso": _date,
    "years": _years,
    "clock": _time,
    "percent": lambda match: f"百分之{number(match['percent'])}",
    "money": lambda match: (
        ("两" if match["money"] in ("2", "2.00") else number(match["money"])) + match["yuan"]
    ),
    "amount": lambda match: number(match["amount"]),
    "code": lambda match: one_by_one(match["code"]),
    "grouped": _grouped,
    "range": lambda match: "到",
    "count": _count,
}
_CHINESE: Final = re.compile(
    r"(?P<masked>[0-9A-Za-z]*\*{3,}[0-9A-Za-z]*)"
    r"|(?P<stars>\*+)"
    r"|(?P<iso>(?P<year>(?<!\d)\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\d-]))"
    r"|(?P<years>\d{4}) ?年(?: ?(?P<in_month>\d{1,2}) ?月(?: ?(?P<on_day>\d{1,2}) ?日)?)?"
    r"|(?P<clock>(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?!\d))"
    r"|(?P<percent>\d+(?:\.\d+)?)[%％]"
    r"|[¥￥]?(?P<money>\d[\d,]*(?:\.\d+)?) ?(?P<yuan>万?元)"
    r"|(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)"
    r"|(?P<code>(?=[0-9A-Z-]*\d)(?=[0-9A-Z-]*[A-Z])[0-9A-Z][0-9A-Z-]{2,}(?![a-z])|(?<![A-Za-z])[A-Z]\d|[A-Z]{8,})"
    r"|(?P<grouped>\d{2,}(?:[ -]\d{2,})+)"
    r"|(?P<range>(?<=[\d\u4e00-\u9fff])[–—~～](?=\d))"
    r"|(?P<count>\d+)"
)
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("·…（）()", "，"),
        **dict.fromkeys("“”《》○●", ""),
        "＋": "加",
        "−": "减",
        "\u00a0": " ",
    }
)


# --- English ------------------------------------------------------------------------------------------


def english(text: str) -> str:
    """English text in which numbers that identify are set apart digit by digit."""
    written = _SHORTENED.sub(lambda match: _UNITS_IN_FULL[match.group()], text.translate(_ENGLISH_SIGNS))
    return _ENGLISH.sub(_replaced(_ENGLISH_WAYS), written)


def _spaced(text: str) -> str:
    return " ".join(text.replace(" ", "").replace("-", ""))


def _in_groups(text: str) -> str:
    """A long number with the pauses in which people say it."""
    if "-" in text and not text.replace("-", "").isdigit():
        return ", dash, ".join(map(_in_groups, filter(None, text.split("-"))))
    plain = text.replace(" ", "").replace("-", "")
    sizes = _SAID_IN.get(len(plain), (4,) * (len(plain) // 4 + 1) if len(plain) > 6 else (len(plain),))
    parts, start = [], 0
    for size in sizes:
        parts.append(" ".join(plain[start : start + size]))
        start += size
    return ", ".join(filter(None, parts))


def _english_date(match: re.Match[str]) -> str:
    month = int(match["month"])
    name = _MONTHS[month - 1] if 1 <= month <= 12 else match["month"]
    return f"{int(match['day'])} {name} {match['year']}" if match["day"] else f"{name} {match['year']}"


def _english_masked(match: re.Match[str]) -> str:
    parts = re.split(r"\*+", match["masked"])
    return ", hidden, ".join(_spaced(part) for part in parts).strip(", ")


_ENGLISH_WAYS: Final[dict[str, Callable[[re.Match[str]], str]]] = {
    "masked": _english_masked,
    "iso": _english_date,
    "amount": lambda match: match["amount"].replace(",", "").removesuffix(".00"),
    "code": lambda match: _in_groups(match["code"]),
    "grouped": lambda match: ", ".join(_spaced(part) for part in re.split(r"[ -]", match["grouped"])),
    "long": lambda match: _in_groups(match["long"]),
}
_ENGLISH: Final = re.compile(
    r"(?P<masked>[0-9A-Za-z]*\*+[0-9A-Za-z]*)"
    r"|(?P<iso>(?P<year>(?<!\d)\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\d-]))"
    r"|(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)"
    r"|(?P<code>(?=[0-9A-Z-]*\d)(?=[0-9A-Z-]*[A-Z])[0-9A-Z][0-9A-Z-]{2,}(?![a-z]))"
    r"|(?P<grouped>\d{2,}(?:[ -]\d{2,})+)"
    r"|(?P<long>\d{5,})"
)
_UNITS_IN_FULL: Final = {"min": "minutes", "s": "seconds", "m": "metres", "h": "hours", "km": "kilometres"}
_SHORTENED: Final = re.compile(rf"(?<=\d )(?:{'|'.join(_UNITS_IN_FULL)})(?![A-Za-z])")
_ENGLISH_SIGNS: Final = str.maketrans({"·": ",", "…": ",", "“": "", "”": "", "–": " to ", "—": ", ", "●": ""})


def _replaced(ways: dict[str, Callable[[re.Match[str]], str]]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        way = next(name for name in ways if match.group(name))
        return ways[way](match)

    return replace


# --- pieces -------------------------------------------------------------------------------------------

_HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z' .]*[A-Za-z]|[A-Za-z]")
_CHINESE_RUN: Final = re.compile(
    rf"(?:(?<![0-9A-Za-z.,])\d+|{surnames.MARK})?[{_HAN}]"
    rf"(?:[{_HAN}0-9，。、；：！？《》（）“” *-]*[{_HAN}。*）])?"
)


def _pieces(text: str, language: str) -> list[Segment]:
    """Latin words inside Chinese, and Chinese inside English, are the other voice's."""
    if language == "en":
        return _split(text, _CHINESE_RUN, ("en", english), ("zh", chinese))
    if not language.startswith("zh"):  # its voice knows its numbers
        return _split(text, _CHINESE_RUN, (language, str), ("zh", chinese))
    return _split(chinese(text), _LATIN, ("zh", str), ("en", str))


_PAUSES: Final = "，。、；：,.;:"
Voice = tuple[str, Callable[[str], str]]


def _split(text: str, foreign: re.Pattern[str], own: Voice, other: Voice) -> list[Segment]:
    found: list[Segment] = []
    end = 0
    for match in foreign.finditer(text):
        found.append(Segment(own[0], own[1](text[end : match.start()])))
        found.append(Segment(other[0], other[1](match.group())))
        end = match.end()
    found.append(Segment(own[0], own[1](text[end:])))
    return _without_mere_signs(found)


def _without_mere_signs(pieces: list[Segment]) -> list[Segment]:
    """Signs between two words of the other voice (the groups of a number) are a pause after the first."""
    kept: list[Segment] = []
    pause = False
    for piece in pieces:
        if not any(sign.isalnum() for sign in piece.text):
            pause = pause or any(sign in _PAUSES for sign in piece.text)
            continue
        if pause and kept and kept[-1].language == piece.language:
            kept[-1] = Segment(piece.language, kept[-1].text + ("，" if piece.language == "zh" else ", "))
        kept.append(piece)
        pause = False
    return kept
