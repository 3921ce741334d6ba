"""What the papers of this terminal have in common: sizes, dates, numbers, the way to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from assets.typesetting import INK, MM, Block, Columns, Pairs, Qr, Style, Text

# Asia/Shanghai; without summer time since 1991, so that no time zone table is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
QR_MM = 25.0
_LONGEST_QR_BYTES = 300  # beyond that, a code of this size is too fine for a telephone

# On the roll.  9 points are 25 dots; nothing is smaller.
BODY = Style(10.5, 15.5)
SMALL = Style(9.0, 13.5)
STRONG = replace(BODY, bold=True)
STATEMENT = Style(13.0, 19.0, bold=True)
NUMBER = Style(15.0, 21.0, bold=True)
TITLE = Style(21.0, 28.0, bold=True, align="center")
CENTRED = Style(9.5, 14.0, align="center")
LABEL = Style(10.5, 15.5, colour=INK)  # no grey on thermal paper
DASH = 3.0
GROUPS_A_LINE = 5  # of four characters in NUMBER on the roll

Row = tuple[str, str]


def moment(at: datetime) -> str:
    """Date and time in Asia/Shanghai.  ``at`` is aware."""
    local = _local(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def moment_en(at: datetime) -> str:
    return f"{_local(at):%Y-%m-%d %H:%M}"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a paper needs an aware time")
    return at.astimezone(SHANGHAI)


def day(iso: str) -> str:
    """``YYYY-MM-DD`` as people read it; anything else as it stands."""
    try:
        given = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{given.year}年{given.month}月{given.day}日"


def grouped(number: str, size: int = 4) -> str:
    """A long number in groups, to be read out and typed in."""
    if len(number) <= size + 2 or not (number.isascii() and number.isalnum()):
        return number
    return " ".join(number[start : start + size] for start in range(0, len(number), size))


def in_lines(number: str) -> str:
    """A grouped number in lines of about the same length: no group is left alone on the last one."""
    groups = grouped(number).split(" ")
    lines = -(-len(groups) // GROUPS_A_LINE)
    size = -(-len(groups) // lines)
    return "\n".join(" ".join(groups[start : start + size]) for start in range(0, len(groups), size))


def rows_of(bilingual: bool, *rows: tuple[str, str, str, str]) -> tuple[Row, ...]:
    """Rows of (label, English label, value, English value); a row without a value is left out."""
    made = []
    for label, label_en, value, value_en in rows:
        if not value:
            continue
        made.append(
            (f"{label}\n{label_en}", f"{value}\n{value_en}" if value_en else value)
            if bilingual
            else (label, value)
        )
    return tuple(made)


def pairs(rows: tuple[Row, ...]) -> Pairs:
    return Pairs(rows, style=BODY, label=LABEL, spacing=4.0)


def asking(lines: Sequence[Block], lookup_url: str) -> Block:
    """The lines about how to ask, with the code beside them if there is one."""
    if not _fits_code(lookup_url):
        return Columns((tuple(lines),), (0,))
    return Columns(((Qr(lookup_url, QR_MM),), tuple(lines)), (QR_MM * MM, 0), gutter=4.0, middle=True)


def _fits_code(address: str) -> bool:
    try:
        return 0 < len(address.encode()) <= _LONGEST_QR_BYTES
    except UnicodeEncodeError:  # half a surrogate pair: no address
        return False


def fading(english: bool, masked: bool) -> Block:
    """What to know of the paper itself."""
    told = ["姓名和证件号码已遮盖。"] if masked else []
    told.append("热敏纸字迹会变淡，请拍照留存。")
    if english:
        told.append("Thermal print fades: please take a photo.")
    return Text("\n".join(told), CENTRED)
