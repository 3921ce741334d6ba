"""Workbooks to try the import with: exported ones, changed cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from kiosk.matters.excel.reading import import_matter
from kiosk.matters.excel.taken import Mistake
from kiosk.matters.excel.writing import export_matter
from kiosk.matters.models import Matter
from tests.kiosk.matters.examples import MATTERS

FLEXIBLE = MATTERS.matters[5]

# What no shipped file has: groups, rules, checks, parts, and texts that look like formulas.
EVERYTHING: dict[str, Any] = {
    "eligibility": [
        {
            "zh": "年满60周岁",
            "en": "You are 60",
            "check": {"any": [{"age_at_least": 60}, {"question": "eligible_1", "is": ["yes"]}]},
            "ask": {"zh": "是低保户吗？", "en": "Do you get allowances?"},
            "otherwise": {"zh": "请到窗口办理", "en": "Go to a window"},
        }
    ],
    "finish": {
        "what": {"zh": "按指纹", "en": "Give fingerprints"},
        "where": {"zh": "派出所", "en": "Police"},
        "days": 30,
    },
    "hours": [{"days": ["workday", "weekend"], "from": "08:00", "until": "24:00"}],
    "exchange": {
        "is_express": True,
        "limit_scene_num": 1,
        "is_fee": None,
        "plan_effective_date": "2026-01-01",
    },
    "checks": [
        {
            "rule": {"left": "born", "relation": "before", "right": "today"},
            "question": "born",
            "message": {"zh": '=HYPERLINK("http://x")', "en": "+1"},
        }
    ],
    "form": [
        {
            "key": "born",
            "kind": "date",
            "question": {"zh": "哪天出生？", "en": "When?"},
            "label": {"zh": "出生日期", "en": "Born"},
            "required": False,
            "latest": "today",
        },
        {
            "group": "child",
            "label": {"zh": "孩子", "en": "Child"},
            "at_most": 3,
            "more": {"zh": "还有吗？", "en": "More?"},
            "when": {"question": "born", "at_least": 18},
            "questions": [
                {
                    "key": "school",
                    "kind": "choice",
                    "question": {"zh": "在哪上学？", "en": "Where?"},
                    "label": {"zh": "学校", "en": "School"},
                    "options": [
                        {"value": "one", "label": {"zh": "一小", "en": "No. 1"}},
                        {"value": "two", "label": {"zh": "=二小", "en": "No. 2"}},
                    ],
                },
                {
                    "key": "cost",
                    "kind": "amount",
                    "question": {"zh": "多少钱？", "en": "How much?"},
                    "label": {"zh": "费用", "en": "Cost"},
                    "maximum": 5000,
                },
            ],
        },
    ],
}


def everything() -> Matter:
    plain = FLEXIBLE.model_dump(mode="json", by_alias=True, exclude_unset=True)
    plain |= EVERYTHING
    plain["rehearsal"] = plain["rehearsal"] | {"rating": None, "answers": {"born": ""}}
    guide = plain["guide"]
    guide["scope"] = "=1+1"
    guide["hours"] = "'=quoted"
    guide["conditions"] = ["-第一条", "第二条\\n不是换行", "有\n换行"]
    guide["materials_count"] = 3
    guide["results"] = [{"name": "登记证", "kind": "licence", "valid_months": 12, "delivery": "posted"}]
    guide["fee"] = guide["fee"] | {
        "amount_fen": 2050,
        "items": [{"name": "工本费", "amount_fen": 1025, "count": 2}],
    }
    guide["legal_limit"] = guide["legal_limit"] | {"basis": [{"title": "某法", "article": "第一条"}]}
    return Matter.model_validate(plain)


def exported(folder: Path, matter: Matter = FLEXIBLE) -> Path:
    file = folder / "matter.xlsx"
    export_matter(matter, file)
    return file


def changed(folder: Path, **cells: Any) -> list[Mistake] | Matter:
    """The exported workbook with cells changed (``办事指南__B3=...``), imported."""
    file = exported(folder)
    book = load_workbook(file)
    for place, value in cells.items():
        sheet, _, cell = place.partition("__")
        book[sheet][cell] = value
    book.save(file)
    found = import_matter(file)
    return found if isinstance(found, list) else found[0]
