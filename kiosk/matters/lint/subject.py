"""One file under the linter: its tree with places, and its matter where the tree is one.

The rules that only need texts work on the tree, so that one missing element does not hide ten vague words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from kiosk.matters.base import BaseCatalogue
from kiosk.matters.document import Mark, Node, parse_document, read_text
from kiosk.matters.lint.findings import ARTICLE_7, ARTICLE_8, Article, Finding, Severity
from kiosk.matters.lint.wording import ELEMENTS, mended
from kiosk.matters.load import checked_matter
from kiosk.matters.models import Guide, Matter
from kiosk.matters.problem import Problem
from kiosk.matters.wellformed import flaws

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

# What stands in for an element that is missing, so that the rest of the guide is checked all the same.
_AT_ONCE: Final = {"amount": 0, "unit": "immediate"}
_STAND_INS: Final[Mapping[str, Any]] = {
    "legal_basis": [{"title": "-"}],
    "conditions": ["-"],
    "fee": {"amount_fen": 0, "standard": "免费"},
    "materials": [],
    "procedure": [{"name": "-", "duty": "-", "limit": "-"}],
    "handling_forms": ["-"],
    "places": [{"name": "-", "address": "-"}],
    "consultation": [{"kind": "phone", "value": "12345"}],
    "supervision": [{"kind": "phone", "value": "12345"}],
}


@dataclass(frozen=True)
class Subject:
    file: str  # as the linter was told
    root: Node
    lines: tuple[str, ...]
    matter: Matter | None
    guide: Guide | None  # also of a file that is no matter yet

    def finding(
        self, path: Path_, code: str, severity: Severity, article: Article, zh: str, en: str, word: str = ""
    ) -> Finding:
        """At ``path``, and there at ``word`` if the text holds it."""
        mark, node = self.root.find(path)
        if word and node is not None and isinstance(node.value, str):
            mark = self._spot(mark, word)
        dotted = ".".join(str(part) for part in path)
        return Finding(code, severity, article, self.file, mark.line, mark.column, zh, en, dotted)

    def text(self, *path: str | int) -> str | None:
        """The text at ``path``, if there is one."""
        _, node = self.root.find(path)
        return node.value if node is not None and isinstance(node.value, str) else None

    def texts(self, *path: str | int) -> Iterator[tuple[Path_, str]]:
        """Every text at and below ``path`` with its own path."""
        if len(path) <= 2:
            yield from self._texts_below.get(path, ())
            return
        _, node = self.root.find(path)
        if node is not None:
            yield from _texts(node, path)

    @cached_property
    def _texts_below(self) -> Mapping[Path_, list[tuple[Path_, str]]]:
        """What most rules go through, for the whole file and two levels down: made once, not by each."""
        below: dict[Path_, list[tuple[Path_, str]]] = {}
        for each in _texts(self.root, ()):
            for depth in range(min(len(each[0]), 2) + 1):
                below.setdefault(each[0][:depth], []).append(each)
        return below

    def items(self, *path: str | int) -> Iterator[tuple[Path_, Node]]:
        """The entries of the list at ``path``."""
        _, node = self.root.find(path)
        if node is not None and isinstance(node.value, list):
            for index, entry in enumerate(node.value):
                yield (*path, index), entry

    def _spot(self, mark: Mark, word: str) -> Mark:
        """Where ``word`` first stands at or after ``mark``: a text may go over several lines."""
        for number in range(mark.line - 1, len(self.lines)):
            start = mark.column - 1 if number == mark.line - 1 else 0
            found = self.lines[number].find(word, start)
            if found >= 0:
                return Mark(number + 1, found + 1)
        return mark


def _texts(node: Node, path: Path_) -> Iterator[tuple[Path_, str]]:
    if isinstance(node.value, str):
        yield path, node.value
    elif isinstance(node.value, dict):
        for key, inner in node.value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(node.value, list):
        for index, inner in enumerate(node.value):
            yield from _texts(inner, (*path, index))


def open_subject(path: Path, shown: str = "") -> tuple[Subject | None, tuple[Finding, ...]]:
    """The file at ``path``, called ``shown`` in findings, and what keeps it from being a matter."""
    file = shown or str(path)
    text = read_text(path)
    if isinstance(text, Problem):
        return None, (_of(text, file),)
    root = parse_document(text, file)
    if isinstance(root, list):
        return None, tuple(_of(problem, file) for problem in root)
    matter = checked_matter(root, file)
    if isinstance(matter, list):
        subject = Subject(file, root, tuple(text.split("\n")), *_with_stand_ins(root))
        return subject, tuple(_of(problem, file) for problem in matter)
    return Subject(file, root, tuple(text.split("\n")), matter, matter.guide), ()


def _with_stand_ins(root: Node) -> tuple[Matter | None, Guide | None]:
    """The matter and its guide, if all that they lack is elements of the guide or bases of materials."""
    plain = root.plain()
    guide = plain.get("guide") if isinstance(plain, dict) else None
    if not isinstance(guide, dict):
        return None, None
    legal, promised = guide.get("legal_limit"), guide.get("promised_limit")
    for key in ELEMENTS:
        if guide.get(key) is None:
            guide[key] = _STAND_INS.get(key, "-")
    guide["legal_limit"] = legal or promised or _AT_ONCE
    guide["promised_limit"] = promised or legal or _AT_ONCE
    for material in guide["materials"] if isinstance(guide["materials"], list) else ():
        if isinstance(material, dict) and material.get("basis") is None:
            material["basis"] = []
    own = _as(Guide, guide)
    matter = _as(Matter, plain) if own is not None else None
    return None if matter is None or flaws(matter) else matter, own


def _as(model: type[M], plain: object) -> M | None:
    try:
        return model.model_validate(plain)
    except ValidationError:
        return None


def _of(problem: Problem, file: str) -> Finding:
    """A problem of reading as a finding.  A missing or empty element is one of Article 7."""
    zh, element = mended(problem)
    code, en, article = problem.code, problem.message, ARTICLE_7
    if element == "basis":
        code, article = "article8.no_basis", ARTICLE_8
        zh = "这项材料没有依据（basis）：请写明法律法规、规章或规范性文件的名称、文号和条款"
        en = "this material has no basis: name the law or rule and its article"
    elif element:
        number, name, name_en = ELEMENTS[element]
        code = "article7.missing"
        zh = f"缺少第{number}项要素“{name}”（guide.{element}）：请补上"
        en = f"element {number} of 26, “{name_en}” (guide.{element}), is missing: write it"
    return Finding(code, Severity.ERROR, article, file, problem.line, problem.column, zh, en, problem.path)


@dataclass(frozen=True)
class Listing:
    """The base catalogue as the rules need it: by base code the name and type, empty where not told."""

    version: str
    items: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, base: BaseCatalogue) -> Listing:
        return cls(base.version, {item.catalog_code: (item.name, item.item_type) for item in base.items})


def pictures_beside(path: Path) -> frozenset[str]:
    """The names in ``pictures`` beside the folder of the matters; ``path`` is that folder or a file in it."""
    folder = (path if path.is_dir() else path.parent).resolve().parent / "pictures"
    return frozenset(each.name for each in folder.iterdir()) if folder.is_dir() else frozenset()


@dataclass(frozen=True)
class Surroundings:
    """What the rules know beside the file.

    Without ``base`` Article 5 is not checked, and without ``pictures`` not whether those of guides are there.
    """

    base: Listing | None = None
    today: date = field(default_factory=lambda: datetime.now(SHANGHAI).date())
    pictures: frozenset[str] | None = None
