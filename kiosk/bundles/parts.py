"""The parts of a bundle beside its matters: each is checked by the model that will read it."""

from __future__ import annotations

import io
import string
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ValidationError

from kiosk.matters.base import BaseCatalogue
from kiosk.matters.calendar import CalendarOverrides
from kiosk.matters.choices import Choices, Listed
from kiosk.matters.document import ONE_CATALOGUE
from kiosk.matters.hours import HallHours
from kiosk.matters.lint.calendar_days import check_calendar
from kiosk.matters.lint.findings import ARTICLE_5, ARTICLE_7, Article, Finding, Severity
from kiosk.matters.load import load_model
from kiosk.matters.problem import Problem
from kiosk.matters.ratings import RatingReasons

MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "base-catalogue.yaml": BaseCatalogue,
    "rating-reasons.yaml": RatingReasons,
    "calendar.yaml": CalendarOverrides,
    "hall-hours.yaml": HallHours,
}
LANGUAGES: Final = ("zh", "en")
MOST_PIXELS: Final = 4096  # on one side
MOST_PICTURE_BYTES: Final = 4 * 1024 * 1024
RATING: Final = Article("好差评", "rating")


def check_parts(shown: Path, copy: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with them; ``copy`` is where they lie, ``shown`` the folder that people know."""
    for name, model in MODELS.items():
        if name in files:
            yield from _by_model(shown / name, copy / name, model)
    if "calendar.yaml" in files:
        text = files["calendar.yaml"].decode("utf-8-sig", "replace")
        yield from check_calendar(str(shown / "calendar.yaml"), text)
    if "base-catalogue.yaml" not in files:
        zh = "没有base-catalogue.yaml：事项是否在基本目录中没有检查，终端仍按产品自带的目录核对"
        en = "there is no base-catalogue.yaml: whether the matters are listed was not checked"
        yield _finding(
            shown / "base-catalogue.yaml", "parts.no_base_catalogue", ARTICLE_5, zh, en, Severity.INFO
        )
    for name, data in files.items():
        folder = name.partition("/")[0]
        if folder == "choices":
            yield from _choices(shown / name, data)
        elif folder == "pictures":
            yield from _picture(shown / name, data)
    yield from _texts(shown, files)


def texts_of(data: bytes) -> dict[str, str] | None:
    """Sentences by dotted key, of a TOML file that holds nothing else."""
    try:
        return _flat(tomllib.loads(data.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, RecursionError):
        return None


def choices_of(data: bytes) -> Choices | str:
    """A list of choices, or what is wrong with it."""
    try:
        entries = yaml.load(data.decode("utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if not isinstance(entries, list) or not entries:
            return "a list is expected: lines that begin with '- '"
        listed = tuple(Listed.model_validate(entry) for entry in entries)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return f"this is not YAML: {str(error).splitlines()[0]}"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    twice = len({entry.value for entry in listed}) != len(listed)
    try:
        return "a value stands there twice" if twice else Choices(listed)
    except ValueError as error:
        return str(error)


def _by_model(shown: Path, path: Path, model: type[BaseModel]) -> Iterator[Finding]:
    loaded = load_model(path, model, ONE_CATALOGUE)
    article = RATING if model is RatingReasons else ARTICLE_5
    for problem in loaded if isinstance(loaded, list) else ():
        yield _of(problem, shown, article)


def _choices(shown: Path, data: bytes) -> Iterator[Finding]:
    found = choices_of(data)
    if isinstance(found, str):
        yield _finding(shown, "parts.choices", ARTICLE_7, f"选项列表不能用：{found}", found)


def _picture(shown: Path, data: bytes) -> Iterator[Finding]:
    if zh := picture_fault(data):
        en = f"the picture cannot be opened or is larger than {MOST_PIXELS} pixels: use PNG or JPEG"
        yield _finding(shown, "parts.picture", ARTICLE_7, zh, en)


def picture_fault(data: bytes) -> str:
    """Why no terminal can show it, in Chinese; empty: it can."""
    fits = picture_size(data) is not None
    return "" if fits else f"图片打不开，或有一边超过{MOST_PIXELS}像素：请换成PNG或JPEG"


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG that opens whole and is not too large; else ``None``."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                width, height = picture.size
                if max(width, height) > MOST_PIXELS:
                    return None
                picture.load()
                return width, height
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


def _texts(shown: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    known = {language: files.get(f"texts/{language}.toml") for language in LANGUAGES}
    for name in files:
        if name.startswith("texts/") and name.removeprefix("texts/").removesuffix(".toml") not in LANGUAGES:
            yield _finding(
                shown / name, "parts.texts", ARTICLE_7, "只能有zh.toml和en.toml", "only zh.toml and en.toml"
            )
    if all(data is None for data in known.values()):
        return
    tables = {language: texts_of(data or b"") for language, data in known.items()}
    for language, table in tables.items():
        if table is None:
            zh, en = "不是只含文字的TOML文件", "this is not TOML with texts only"
            yield _finding(shown / f"texts/{language}.toml", "parts.texts", ARTICLE_7, zh, en)
    zh_table, en_table = tables["zh"], tables["en"]
    if zh_table is None or en_table is None:
        return
    for key in sorted({*zh_table, *en_table}):
        one, other = zh_table.get(key), en_table.get(key)
        if one is None or other is None or _places(one) != _places(other):
            zh = f"{key}：中英文都要有，占位符要相同"
            en = f"{key}: it needs both languages, with the same placeholders"
            yield _finding(shown / "texts/zh.toml", "parts.texts", ARTICLE_7, zh, en)


def _places(text: str) -> frozenset[str] | None:
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        elif isinstance(value, str):
            found[f"{before}{key}"] = value
        else:
            raise TypeError(key)
    return found


def _of(problem: Problem, shown: Path, article: Article) -> Finding:
    zh = f"这个文件不能用：{problem.message}"
    return Finding(
        problem.code, Severity.ERROR, article, str(shown), problem.line, problem.column, zh, problem.message
    )


def _finding(
    shown: Path, code: str, article: Article, zh: str, en: str, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(code, severity, article, str(shown), 1, 1, zh, en)
