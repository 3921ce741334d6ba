"""Thousands of matters, each one of the product's own with other codes and other names.

They keep everything that makes a file big and slow: guide, materials, form, conditions.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import yaml

from kiosk.matters import choices
from kiosk.matters.opening import BASE_FILE
from kiosk.settings import DEFAULT_MATTERS_FOLDER

_CODE: Final = re.compile(r'^(task_code|catalog_code): "([0-9A-Z]+)"$', re.MULTILINE)
_NAMES: Final = re.compile(r"^(name|plain_name):\n  zh: (.+)\n  en: (.+)$", re.MULTILINE)
_WORDS: Final = re.compile(r"^words: \[(.+)\]$", re.MULTILINE)


def write_many(folder: Path, count: int) -> None:
    """``count`` files into ``folder``/matters, and the base catalogue that lists them beside it."""
    matters = folder / "matters"
    matters.mkdir(parents=True, exist_ok=True)
    texts = [path.read_text(encoding="utf-8") for path in sorted(DEFAULT_MATTERS_FOLDER.glob("*.yaml"))]
    items = []
    for number in range(count):
        text = _another(texts[number % len(texts)], number, number // len(texts))
        (matters / f"{number:05}.yaml").write_text(text, encoding="utf-8")
        code = dict(_CODE.findall(text))["catalog_code"]
        name = _NAMES.findall(text)[0][1]
        items.append({"catalog_code": code, "name": name, "item_type": "公共服务", "department": "办事部门"})
    told = {"version": "1", "publisher": "试验", "published": "2026-01-01", "items": items}
    (folder / BASE_FILE).write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def _another(text: str, number: int, turn: int) -> str:
    """The first of each is as it is; no two share a code."""
    regions = choices.listed("regions").entries
    place = regions[turn % len(regions)].label.zh
    tail = f"{number:05}"

    def code(found: re.Match[str]) -> str:
        return f'{found[1]}: "{found[2][:-5]}{tail}"'

    def name(found: re.Match[str]) -> str:
        if not turn:
            return found[0]
        chinese, english = (each.strip().strip('"') for each in (found[2], found[3]))
        return f'{found[1]}:\n  zh: "{place}{chinese}"\n  en: "{english}, {turn}"'

    def words(found: re.Match[str]) -> str:
        return f"words: [{found[1]}, {place}{found[1].split(',')[0]}]" if turn else found[0]

    return _WORDS.sub(words, _NAMES.sub(name, _CODE.sub(code, text)))
