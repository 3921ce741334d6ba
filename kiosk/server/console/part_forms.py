"""Rating reasons, calendar and texts as forms: from a file to boxes, from what was typed to a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from kiosk.matters.calendar import CalendarOverrides
from kiosk.matters.excel.cells import Choice, Lines, Number, YesNo
from kiosk.matters.excel.yaml_text import yaml_text
from kiosk.matters.lint.wording import told
from kiosk.matters.ratings import SATISFACTIONS, RatingReasons
from kiosk.server.console import boxes, notices
from kiosk.server.console.boxes import Line, Panel
from kiosk.server.console.pictures import PRODUCT
from kiosk.server.console.rewriting import plain_of

KINDS: Final = (
    ("public_holiday", "放假"),
    ("make_up_workday", "调休上班"),
    ("workday", "工作日"),
    ("weekend", "周末"),
)
MOST_FOUND: Final = 40
_REASON: Final = (
    Line("编码", ("code",), hint="三位数字，第一位是几星"),
    Line("中文", ("label", "zh")),
    Line("English", ("label", "en")),
)
_DAY: Final = (
    Line("日期", ("day",), hint="年-月-日"),
    Line("是什么日子", ("kind",), Choice(KINDS)),
    Line("名称", ("name",)),
)
_YEAR: Final = (
    Line("年份", ("year",), Number()),
    Line("通知的名称和文号", ("source",)),
    Line("全年都已填好", ("complete",), YesNo(), "是：这一年不再按推算"),
)
_LISTED: Final = re.compile(
    r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?(?:\s*(?:至|到|~|—|–)\s*(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?)?\s+(\S+)\s*(.*)"
)
_HEAD: Final = "# 好差评评价标签。由省级平台统一发布，整份更新。\n"
_CALENDAR_HEAD: Final = "# 放假安排：国务院办公厅通知公布后填写，complete: true 表示全年已填好。\n"


# --- rating reasons -------------------------------------------------------------------------------------


def reasons_panels(text: str) -> tuple[Panel, ...]:
    plain = plain_of(text) or {}
    heads = (Line("版本", ("version",)), Line("发布单位", ("publisher",)))
    found = [
        Panel(
            "来源", tuple(boxes.box(each, f"f.{each.path[0]}", boxes.at(plain, each.path)) for each in heads)
        )
    ]
    for place, level in enumerate(_levels(plain)):
        name = f"l{level['satisfaction']}"
        words = tuple(
            boxes.box(
                Line(label, ("levels", place, "word", side)),
                f"{name}.{side}",
                boxes.at(level, ("word", side)),
            )
            for side, label in (("zh", "这一档叫什么"), ("en", "English"))
        )
        title = f"{level['satisfaction']} 星：{boxes.at(level, ('word', 'zh')) or ''}"
        found.append(Panel(title, words))
        reasons = boxes.rows(name, ("levels", place, "reasons"), "标签", _REASON, level.get("reasons") or [])
        found.append(Panel(f"{title}的标签", rows=reasons))
    return tuple(found)


def reasons_text(text: str, given: Mapping[str, str]) -> str:
    plain = plain_of(text) or {}
    levels = []
    for level in _levels(plain):
        name = f"l{level['satisfaction']}"
        word = {side: given.get(f"{name}.{side}", "").strip() for side in ("zh", "en")}
        reasons = boxes.entries_of(name, _REASON, level.get("reasons") or [], given)
        levels.append({"satisfaction": level["satisfaction"], "word": word, "reasons": reasons})
    heads = {key: given.get(f"f.{key}", "").strip() for key in ("version", "publisher")}
    made = {**heads, "levels": levels}
    return text if made == plain else yaml_text(made, _HEAD)


def _levels(plain: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = plain.get("levels")
    known = {each.get("satisfaction"): each for each in listed or () if isinstance(each, dict)}
    return [{"satisfaction": level, **(known.get(level) or {})} for level in SATISFACTIONS]


# --- calendar -------------------------------------------------------------------------------------------


def calendar_panels(text: str) -> tuple[Panel, ...]:
    plain = plain_of(text) or {"version": "1"}
    found = [
        Panel(
            "版本",
            (boxes.box(Line("版本", ("version",), hint="每次修改加一"), "f.version", plain.get("version")),),
        )
    ]
    years = [each for each in plain.get("years") or () if isinstance(each, dict)]
    for place, year in enumerate([*years, {}]):
        name, title = f"y{place}", f"{year['year']} 年" if "year" in year else "再加一年"
        heads = tuple(
            boxes.box(
                Line(each.label, ("years", place, *each.path), each.kind, each.hint),
                f"{name}.{each.path[0]}",
                boxes.at(year, each.path),
            )
            for each in _YEAR
        )
        many = boxes.box(
            Line(
                "一次填多天",
                ("years", place, "many"),
                Lines(),
                "把通知里“一、元旦：…”起的几段原样粘贴；或每行一段：2027-02-05 至 2027-02-11 放假 春节",
                long=True,
            ),
            f"{name}.many",
            None,
        )
        found.append(Panel(title, (*heads, many)))
        if "year" in year:
            days = boxes.rows(f"{name}d", ("years", place, "days"), "日子", _DAY, year.get("days") or [])
            found.append(Panel(f"{title}的日子", rows=days))
    return tuple(found)


def calendar_text(text: str, given: Mapping[str, str]) -> tuple[str, list[str]]:
    """The file, and lines of days that could not be read."""
    plain = plain_of(text) or {}
    years = [each for each in plain.get("years") or () if isinstance(each, dict)]
    made, unread = [], []
    for place, year in enumerate([*years, {}]):
        name = f"y{place}"
        entry: dict[str, Any] = {key: each for key, each in year.items() if key != "days"}
        for line in _YEAR:
            if f"{name}.{line.path[0]}" in given:
                boxes.put(entry, line, given[f"{name}.{line.path[0]}"].strip())
        listed, bad = days_of(given.get(f"{name}.many", ""), _year_of(entry))
        unread += bad
        days = boxes.entries_of(f"{name}d", _DAY, year.get("days") or [], given)
        fresh = {each["day"] for each in listed}
        days = sorted(
            [each for each in days if each.get("day") not in fresh] + listed,
            key=lambda each: str(each.get("day")),
        )
        if entry.get("year") is None and not days:
            continue  # an empty year is none, and one whose number was taken away goes
        if "year" not in entry and (first := re.match(r"\d{4}", str(days[0].get("day")))):
            entry["year"] = int(first[0])
        order: dict[str, Any] = {key: entry[key] for key in ("year", "source", "complete") if key in entry}
        made.append({**order, "days": days})
    new = {"version": given.get("f.version", "").strip() or str(plain.get("version", "1")), "years": made}
    same = new == {"version": plain.get("version"), "years": plain.get("years") or []}
    return (text if same else yaml_text(new, _CALENDAR_HEAD)), unread


def _year_of(entry: Mapping[str, Any]) -> int | None:
    """The year that was typed, or that stands in the notice's name."""
    if isinstance(entry.get("year"), int) and 2000 <= entry["year"] <= 2100:
        return int(entry["year"])
    named = re.search(r"20\d\d(?=年)", str(entry.get("source", "")))
    return int(named[0]) if named else None


def days_of(text: str, year: int | None = None) -> tuple[list[dict[str, str]], list[str]]:
    """Stretches of days, one a line, or a notice as it was published; and the lines that are none."""
    kinds = {word: kind for kind, word in KINDS} | {"上班": "make_up_workday", "休息": "public_holiday"}
    found, unread = [], []
    for line in notices.entries(re.sub("[；;]", "\n", text)):
        if year is not None and (noticed := notices.read(line, year)):
            found += noticed
            continue
        match = _LISTED.fullmatch(line)
        kind = kinds.get(match[7]) if match else None
        try:
            first = date(*(int(each) for each in match.group(1, 2, 3))) if match else None
            last = date(*(int(each) for each in match.group(4, 5, 6))) if match and match[4] else first
        except ValueError:
            first = last = None
        if (
            match is None
            or kind is None
            or first is None
            or last is None
            or not 0 <= (last - first).days < 60
        ):
            unread.append(line)
            continue
        for number in range((last - first).days + 1):
            day: dict[str, str] = {"day": (first + timedelta(days=number)).isoformat(), "kind": kind}
            if match[8].strip():
                day["name"] = match[8].strip()
            found.append(day)
    return found, unread


# --- texts ----------------------------------------------------------------------------------------------


@cache
def product_words() -> dict[str, tuple[str, str]]:
    """The product's own sentences, Chinese and English, by key, from its files."""
    tables = []
    for language in ("zh", "en"):
        path = PRODUCT / "screens" / "words" / f"{language}.toml"
        try:
            tables.append(flat(tomllib.loads(path.read_text(encoding="utf-8"))))
        except (OSError, tomllib.TOMLDecodeError):
            tables.append({})
    return {key: (words, tables[1].get(key, "")) for key, words in tables[0].items()}


def flat(table: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{before}{key}.")
        elif isinstance(value, str):
            found[f"{before}{key}"] = value
    return found


def sentences(text: str) -> dict[str, str]:
    try:
        return flat(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return {}


def sentences_text(table: Mapping[str, str]) -> str:
    """As TOML, one key a line; nothing for no sentence."""
    import json

    lines = [
        f"{_toml_key(key)} = {json.dumps(words, ensure_ascii=False)}" for key, words in sorted(table.items())
    ]
    return "".join(f"{line}\n" for line in lines)


def _toml_key(key: str) -> str:
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in key.split("."))


def found_sentences(wanted: str) -> list[str]:
    """Keys of the product's sentences in which ``wanted`` stands."""
    low = wanted.casefold()
    keys = (
        key
        for key, words in product_words().items()
        if low in key.casefold() or low in " ".join(words).casefold()
    )
    return list(keys)[:MOST_FOUND]


# --- what is wrong --------------------------------------------------------------------------------------

MODELS: Final[Mapping[str, type[BaseModel]]] = {"reasons": RatingReasons, "calendar": CalendarOverrides}


def wrong(model: type[BaseModel], text: str) -> list[tuple[str, str]]:
    """Path with dots and words, for each thing that the model does not take."""
    plain = plain_of(text)
    if plain is None:
        return [("", "文件读不出来，请重新填写")] if text else []
    try:
        model.model_validate(plain)
    except ValidationError as error:
        return [said_of(each) for each in error.errors(include_url=False, include_input=False)[:100]]
    return []


_CODES: Final = {
    "missing": "matter.missing",
    "string_too_short": "matter.empty",
    "string_pattern_mismatch": "matter.malformed",
    "enum": "matter.choice",
    "literal_error": "matter.choice",
}
_SAID: Final = {  # the models' own sentences
    "stands here twice": "有重复的一项，请只留一个",
    "a reason code stands here twice": "有两个标签的编码相同，请改成不同的",
    "begins with another digit": "标签编码的第一位数字要和星级相同",
    "is not in": "有日期不在这一年，请改正日期或年份",
    "valid date": "日期要写成年-月-日，例如2027-02-05",
    "from is not before until": "开始要早于结束；跨过零点的请分成两条",
}


def said_of(error: Mapping[str, Any]) -> tuple[str, str]:
    """Where it is, and what to mend, of one error of a model."""
    path = ".".join(map(str, error["loc"]))
    message = str(error["msg"])
    said = next((zh for words, zh in _SAID.items() if words in message), "")
    name = str(error["loc"][-1]) if error["loc"] else ""
    if name == "code" and error["type"] == "string_pattern_mismatch":
        said = "编码是三位数字，第一位1到5"
    if name in ("from", "until") and error["type"] == "string_pattern_mismatch":
        said = "时间写成09:00这样，半夜写24:00"
    if name == "catalog_code" and error["type"] == "string_pattern_mismatch":
        said = "基本编码是12位数字和大写字母"
    return path, said or told(_CODES.get(str(error["type"]), "matter.value"), _NAMES.get(name, name), message)


_NAMES: Final[Mapping[str, str]] = {
    "version": "版本",
    "publisher": "发布单位",
    "zh": "中文",
    "en": "英文",
    "code": "编码",
    "day": "日期",
    "kind": "是什么日子",
    "year": "年份",
    "days": "哪些日子",
    "from": "从",
    "until": "到",
    "flexible_minutes": "早晚弹性办（分钟）",
    "published": "发布日期",
    "name": "事项名称",
    "item_type": "事项类型",
    "department": "部门",
    "value": "值",
    "label": "中文和英文",
}
