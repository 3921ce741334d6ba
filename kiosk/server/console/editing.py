"""Changing single values in a matter file and leaving everything else as its author wrote it.

The common things of a matter are edited in a form; comments, order and layout of the file stay.  Each value
is replaced where it stands in the text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from kiosk.matters.models import Group, Matter, Question

Place = tuple[str | int, ...]

LONGEST: Final = 2000
_PLAIN: Final = re.compile(r"[\u4e00-\u9fff《“（][\u4e00-\u9fffA-Za-z0-9（）《》“”。，、；：〔〕·—]*")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YUAN: Final = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True)
class Field:
    """One value in the form.  ``kind``: text, lines, number, yuan, unit."""

    path: Place
    label: str
    kind: str = "text"

    @property
    def name(self) -> str:
        return "f." + ".".join(map(str, self.path))


@dataclass(frozen=True)
class Block:
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Mistake:
    name: str
    words: str


def blocks(matter: Matter) -> tuple[Block, ...]:
    """What the form shows of ``matter``: what is changed often, and every text that a citizen reads."""
    guide = matter.guide
    fee = [Field(("guide", "fee", "amount_fen"), "收费金额（元，0 为免费）", "yuan")]
    if guide.fee.up_to_fen is not None:
        fee.append(Field(("guide", "fee", "up_to_fen"), "最高金额（元）", "yuan"))
    fee += [
        Field(("guide", "fee", "standard"), "收费标准", "lines"),
        Field(("guide", "fee_basis"), "收费依据", "lines"),
    ]
    fee += [
        Field(("guide", "fee", "items", number, "amount_fen"), f"其中：{item.name}（元）", "yuan")
        for number, item in enumerate(guide.fee.items)
    ]
    time = (
        Field(("minutes",), "在终端上大约几分钟", "number"),
        Field(("guide", "promised_limit", "amount"), "承诺办结时限（数字，即办为 0）", "number"),
        Field(("guide", "promised_limit", "unit"), "承诺办结时限的单位", "unit"),
        Field(("guide", "hours"), "办理时间", "lines"),
    )
    names = tuple(_bilingual(("plain_name",), "通俗名称"))
    texts = [
        *_bilingual(("next",), "办完以后"),
        *(
            each
            for number in range(len(matter.bring))
            for each in _bilingual(("bring", number), "要带的东西")
        ),
        *(each for number in range(len(matter.steps)) for each in _bilingual(("steps", number), "步骤")),
        *(
            each
            for number in range(len(matter.eligibility))
            for each in _bilingual(("eligibility", number), "能不能办")
        ),
    ]
    asked = tuple(each for number, entry in enumerate(matter.form) for each in _asked(number, entry))
    found = (
        Block("收费", tuple(fee)),
        Block("用时和时间", time),
        Block("名称", names),
        Block("给群众看的文字", tuple(texts)),
        Block("填写的问题", asked),
        Block(
            "办事指南",
            (
                Field(("guide", "review_standard"), "审查标准", "lines"),
                Field(("guide", "owing_rule"), "容缺受理", "lines"),
                Field(("guide", "scope"), "通办范围"),
                Field(("guide", "appointment"), "预约办理"),
                Field(("guide", "online_payment"), "网上支付"),
                Field(("guide", "express"), "物流快递"),
            ),
        ),
    )
    return tuple(block for block in found if block.fields)


def values_of(text: str, shown: tuple[Block, ...]) -> dict[str, str]:
    """What stands in the file for each field, as the form shows it; without those that are not there."""
    root = yaml.compose(text, Loader=_LOADER)
    found = {}
    for field in (each for block in shown for each in block.fields):
        node = _at(root, field.path)
        if node is not None:
            found[field.name] = _yuan(node.value) if field.kind == "yuan" else node.value
    return found


def with_values(text: str, shown: tuple[Block, ...], given: Mapping[str, str]) -> str | list[Mistake]:
    """``text`` with what was typed; or what cannot be taken."""
    root = yaml.compose(text, Loader=_LOADER)
    mistakes: list[Mistake] = []
    spots: list[tuple[int, int, str]] = []
    for field in (each for block in shown for each in block.fields):
        node = _at(root, field.path)
        if node is None or field.name not in given:
            continue
        value = given[field.name].strip()
        if field.kind in ("yuan", "number"):  # as Chinese keyboards write them, too: ２０元
            value = unicodedata.normalize("NFKC", value).removesuffix("元").strip()
        if field.kind == "yuan":
            fen = _fen(value)
            if fen is None:
                mistakes.append(Mistake(field.name, f"“{field.label}”应为金额，如 0、20 或 12.50"))
                continue
            value = str(fen)
        elif field.kind == "number" and not (value.isascii() and value.isdecimal() and len(value) < 6):
            mistakes.append(Mistake(field.name, f"“{field.label}”应为整数"))
            continue
        elif not value:
            mistakes.append(Mistake(field.name, f"“{field.label}”不能为空"))
            continue
        if value != node.value.strip():
            said = value if field.kind in ("yuan", "number") else _scalar(value)
            spots.append((node.start_mark.index, node.end_mark.index, said + _after(text, node)))
    if mistakes:
        return mistakes
    for start, end, said in sorted(spots, reverse=True):
        text = text[:start] + said + text[end:]
    return text


def _bilingual(path: Place, label: str) -> Iterator[Field]:
    number = f" {path[-1] + 1}" if isinstance(path[-1], int) else ""
    yield Field((*path, "zh"), f"{label}{number}", "lines")
    yield Field((*path, "en"), f"{label}{number}（英文）", "lines")


def _asked(number: int, entry: Question | Group) -> Iterator[Field]:
    if isinstance(entry, Group):
        for inner, question in enumerate(entry.questions):
            yield from _question(("form", number, "questions", inner), question)
    else:
        yield from _question(("form", number), entry)


def _question(path: Place, question: Question) -> Iterator[Field]:
    yield Field((*path, "question", "zh"), f"问题：{question.label.zh}")
    yield Field((*path, "question", "en"), f"问题（英文）：{question.label.zh}")
    if question.hint is not None:
        yield Field((*path, "hint", "zh"), f"提示：{question.label.zh}", "lines")
        yield Field((*path, "hint", "en"), f"提示（英文）：{question.label.zh}", "lines")
    for number, option in enumerate(question.options):
        yield Field((*path, "options", number, "label", "zh"), f"选项：{option.label.zh}")
        yield Field((*path, "options", number, "label", "en"), f"选项（英文）：{option.label.zh}")


def _at(node: yaml.Node | None, path: Place) -> yaml.ScalarNode | None:
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node if isinstance(node, yaml.ScalarNode) else None


def _after(text: str, node: yaml.ScalarNode) -> str:
    """A block text ends at the beginning of the next line: one line takes its place, with its line break."""
    if node.style not in ("|", ">"):
        return ""
    taken = text[node.start_mark.index : node.end_mark.index]
    return taken[len(taken.rstrip()) :] or ("\n" if node.end_mark.index < len(text) else "")


def _scalar(value: str) -> str:
    """As YAML: plain where nothing can be misread, else between quotes."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _yuan(fen: str) -> str:
    if not (fen.isascii() and fen.isdecimal() and len(fen) < 12):
        return fen
    yuan, rest = divmod(int(fen), 100)
    return f"{yuan}.{rest:02}" if rest else str(yuan)


def _fen(yuan: str) -> int | None:
    match = _YUAN.fullmatch(yuan)
    return None if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
