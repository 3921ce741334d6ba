"""Article 6: the twelve base elements are the same across levels and regions.

Compared is what is said, not how it is typed: blanks, kinds of brackets, and the order of bases do not
count, and each body's own name and region stand for "the body here", because a county's guide cannot name
the city's centre.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kiosk.matters.guide import limit_text
from kiosk.matters.guide_model import Basis, Guide, Material
from kiosk.matters.lint.findings import ARTICLE_6, Article, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject
from kiosk.matters.models import Matter

_REGION: Final = re.compile(
    r"^((?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|州|盟|地区))?(?:[\u4e00-\u9fff]{1,8}?(?:市|县|区|旗))?)(?=.{2,})"
)
_BRACKETS: Final = str.maketrans("（）〔〕［］【】：；，“”‘’、", "()()()():;,\"\"'',")
_HERE: Final = "本地"


@dataclass(frozen=True)
class BaseElement:
    """One of the twelve: its place in a file, and its values as they are compared and as they read."""

    zh: str
    en: str
    path: Path_
    compared: tuple[str, ...]
    said: tuple[str, ...]
    ordered: bool = True


@dataclass(frozen=True)
class Difference:
    zh: str
    en: str
    path: Path_
    one: tuple[str, ...]  # what only the first has
    other: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "element": self.zh,
            "element_en": self.en,
            "path": ".".join(map(str, self.path)),
            "first": list(self.one),
            "second": list(self.other),
        }


def base_elements(catalog_code: str, guide: Guide) -> tuple[BaseElement, ...]:
    def element(
        zh: str, en: str, path: Sequence[str], said: Iterable[str], ordered: bool = True
    ) -> BaseElement:
        texts = tuple(said)
        return BaseElement(zh, en, tuple(path), tuple(_plain(each, guide) for each in texts), texts, ordered)

    steps = (f"{step.name}：{step.duty}" for step in guide.procedure)
    result = (guide.result_name, *(each.name for each in guide.results))
    fee = (guide.fee_basis, *map(_basis, guide.fee.basis))
    return (
        element("事项名称", "name", ("guide", "item_name"), (guide.item_name,)),
        element("基本编码", "base code", ("catalog_code",), (catalog_code,)),
        element("事项类型", "type", ("guide", "item_type"), (guide.item_type,)),
        element("设定依据", "legal basis", ("guide", "legal_basis"), map(_basis, guide.legal_basis), False),
        element("受理条件", "conditions", ("guide", "conditions"), guide.conditions),
        element(
            "服务对象", "for whom", ("guide", "audience"), re.split("[、,，;；/ ]+", guide.audience), False
        ),
        element("办理流程", "procedure", ("guide", "procedure"), steps),
        element("所需材料", "materials", ("guide", "materials"), map(_material, guide.materials), False),
        element(
            "法定办结时限", "time limit by law", ("guide", "legal_limit"), (_limit(guide, "legal_limit"),)
        ),
        element(
            "承诺办结时限",
            "promised time limit",
            ("guide", "promised_limit"),
            (_limit(guide, "promised_limit"),),
        ),
        element("收费依据", "basis of the fee", ("guide", "fee_basis"), fee, False),
        element("办理结果", "result", ("guide", "result_name"), result),
    )


def compare(one: Matter, other: Matter) -> tuple[Difference, ...]:
    """The base elements in which two matters differ."""
    return differences(
        base_elements(one.catalog_code, one.guide), base_elements(other.catalog_code, other.guide)
    )


def differences(one: Sequence[BaseElement], other: Sequence[BaseElement]) -> tuple[Difference, ...]:
    found = []
    for first, second in zip(one, other, strict=True):
        if first.ordered and first.compared == second.compared:
            continue
        if not first.ordered and sorted(first.compared) == sorted(second.compared):
            continue
        only_first = _only(first, second.compared)
        only_second = _only(second, first.compared)
        if not only_first and not only_second:  # the same in another order
            only_first, only_second = first.said, second.said
        found.append(Difference(first.zh, first.en, first.path, only_first, only_second))
    return tuple(found)


@dataclass(frozen=True)
class Shared:
    """What one file has to share with others of the same base code, and where it stands in the file."""

    file: str
    task_code: str
    catalog_code: str
    elements: tuple[BaseElement, ...]
    marks: tuple[tuple[int, int], ...]  # of the task code, then of each element

    @classmethod
    def of(cls, subject: Subject) -> Shared | None:
        if subject.matter is None:
            return None
        matter = subject.matter
        elements = base_elements(matter.catalog_code, matter.guide)
        found = [subject.root.find(path)[0] for path in (("task_code",), *(each.path for each in elements))]
        marks = tuple((mark.line, mark.column) for mark in found)
        return cls(subject.file, matter.task_code, matter.catalog_code, elements, marks)

    def finding(self, number: int, path: Path_, code: str, article: Article, zh: str, en: str) -> Finding:
        line, column = self.marks[number]
        dotted = ".".join(map(str, path))
        return Finding(code, Severity.ERROR, article, self.file, line, column, zh, en, dotted)


def check_together(files: Iterable[Shared]) -> Iterator[Finding]:
    """Files that share a base code: each is held against the first of them."""
    first_of: dict[str, Shared] = {}
    for shared in files:
        first = first_of.setdefault(shared.catalog_code, shared)
        if first is shared:
            continue
        numbers = {each.path: number for number, each in enumerate(shared.elements, 1)}
        for difference in differences(first.elements, shared.elements):
            yield shared.finding(
                numbers[difference.path],
                difference.path,
                "article6.differs",
                ARTICLE_6,
                f"同一事项的“{difference.zh}”与{first.file}不一致：{_shown(difference)}，请改成一致",
                f"“{difference.en}” of the same matter differs from {first.file}: make them equal",
            )


def _shown(difference: Difference) -> str:
    one = "；".join(difference.one)[:60] or "（没有）"
    other = "；".join(difference.other)[:60] or "（没有）"
    return f"那里是“{one}”，这里是“{other}”"


def _only(element: BaseElement, others: tuple[str, ...]) -> tuple[str, ...]:
    left = list(others)
    found = []
    for compared, said in zip(element.compared, element.said, strict=True):
        if compared in left:
            left.remove(compared)
        else:
            found.append(said)
    return tuple(found)


def _plain(text: str, guide: Guide) -> str:
    folded = unicodedata.normalize("NFKC", re.sub(r"\s+", "", text)).translate(_BRACKETS).rstrip("。.;；")
    authority = re.sub(r"\s+", "", guide.authority)
    folded = folded.replace(authority, _HERE)
    region = _REGION.match(authority)
    for name in sorted({*(region.groups() if region else ())}, key=len, reverse=True):
        if len(name) >= 2:
            folded = folded.replace(name, _HERE)
            city = re.search(r"[\u4e00-\u9fff]{2,8}?(?:市|县|区|旗)$", name)
            if city:
                folded = folded.replace(city.group(), _HERE)
    return folded


def _basis(basis: Basis) -> str:
    return f"《{basis.title.strip('《》')}》{basis.article}"


def _material(material: Material) -> str:
    copies = f"{material.copies}份" if material.form in ("original", "copy", "original_and_copy") else ""
    return f"{material.name.zh}（{material.form}{copies}）"


def _limit(guide: Guide, name: str) -> str:
    return limit_text(getattr(guide, name).model_copy(update={"note": ""}))
