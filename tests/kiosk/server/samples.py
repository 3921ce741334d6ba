"""Four matters of four shapes, as files, and what a terminal sends about them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

BODY_CODE = "12410400005459150K3"
CERTIFICATE = BODY_CODE + "410700000001"
QUERY = BODY_CODE + "410700000002"
FILING = BODY_CODE + "410700000003"
APPLICATION = BODY_CODE + "410700000004"
UNKNOWN = BODY_CODE + "410700000009"

NUMBER = "11010519491231002X"  # invented; of the published example
OTHER_NUMBER = "410402198805123022"
# Beyond the BMP, private use in the BMP, private use of plane 16.
RARE_NAME = "陈𠮷\ue863\U00030edd\U0010fffd"


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def question(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "question": words(key), "label": words(key), **more}


def material(code: str, source: str, **more: Any) -> dict[str, Any]:
    basis = [{"title": "中华人民共和国居民身份证法", "article": "第十三条"}]
    return {"code": code, "name": words(code), "source": source, "basis": basis, "form": "original", **more}


def matter(task_code: str, name: str, shape: str, **more: Any) -> dict[str, Any]:
    said = "item_type audience result_sample fee_basis owing_rule review_standard scope appointment"
    guide: dict[str, Any] = dict.fromkeys((*said.split(), "online_payment", "express", "hours"), "甲")
    guide |= {
        "item_name": name,
        "item_code": task_code,
        "legal_basis": [{"title": "甲法"}],
        "conditions": ["甲"],
        "legal_limit": {"amount": 20, "unit": "workday"},
        "promised_limit": more.pop("promised_limit", {"amount": 0, "unit": "immediate"}),
        "result_name": more.pop("result_name", name),
        "fee": {"amount_fen": 0, "standard": "免费"},
        "materials": more.pop("materials", []),
        "procedure": [{"name": "申请", "duty": "甲", "limit": "当场"}],
        "handling_forms": ["自助终端"],
        "places": [{"name": "甲", "address": "乙"}],
        "consultation": [{"kind": "phone", "value": "12345"}],
        "supervision": [{"kind": "phone", "value": "12345"}],
        "authority": "平顶山市示范服务中心",
    }
    card = {"name": "张示范", "number": NUMBER, "sex": "2", "birth": "19491231", "address": "平顶山市"}
    return {
        "task_code": task_code,
        "catalog_code": task_code[19:],
        "name": words(name),
        "plain_name": words(name),
        "department": words("示范部门"),
        "icon": "file-document",
        "shape": shape,
        "minutes": 3,
        "bring": [],
        "steps": [words("刷卡")],
        "next": words("完成"),
        "guide": guide,
        "rehearsal": {"card": card, "answers": {}},
        **more,
    }


MONTHS = question("months", "month_range", earliest="1992-01", latest="this_month")
OWING = {"days": 30, "how": words("交到窗口")}
MATTERS = {
    "certificate": matter(
        CERTIFICATE, "社会保险参保缴费凭证", "certificate", result_document=True, form=[MONTHS]
    ),
    "query": matter(QUERY, "公积金缴存明细", "query", result_document=True, form=[MONTHS]),
    "filing": matter(FILING, "异地就医备案", "filing", form=[question("place", "text", max_length=20)]),
    "application": matter(
        APPLICATION,
        "老年优待证",
        "application",
        promised_limit={"amount": 5, "unit": "workday"},
        form=[question("phone", "phone"), question("note", "text", required=False, max_length=20)],
        materials=[
            material("ID_CARD", "card"),
            material("RESIDENCE", "platform", licence="HOUSEHOLD"),
            material("PHOTO", "applicant", owing=OWING),
            material("PROOF", "applicant"),
        ],
    ),
}


def write_matters(folder: Path) -> Path:
    folder.mkdir()
    for name, content in MATTERS.items():
        # JSON is YAML, too.
        text = json.dumps(content | {"rehearsal": _rehearsal(content)}, ensure_ascii=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def _rehearsal(content: dict[str, Any]) -> dict[str, Any]:
    right = {"month_range": "2026-01/2026-06", "phone": "13937500026", "text": "郑州"}
    answers = {each["key"]: right[each["kind"]] for each in content.get("form", [])}
    return {**content["rehearsal"], "answers": answers}


def new_key() -> str:
    return str(uuid.uuid4())


def application(task_code: str = FILING, **changes: Any) -> dict[str, Any]:
    """A right application; ``changes`` replace members of its body."""
    answers = {
        CERTIFICATE: {"months": "2026-01/2026-06"},
        QUERY: {"months": "2026-01/2026-06"},
        FILING: {"place": "郑州"},
        APPLICATION: {"phone": "13937500026"},
    }
    handed: list[dict[str, str]] = []
    if task_code == APPLICATION:
        handed = [
            {"code": "ID_CARD", "status": "provided"},
            {"code": "RESIDENCE", "status": "shared"},
            {"code": "PHOTO", "status": "owed"},
            {"code": "PROOF", "status": "provided"},
        ]
    return {
        "task_code": task_code,
        "task_version": "1",
        "terminal_id": "终端-1",
        "serial": uuid.uuid4().hex[:10].upper(),
        "applied_at": "2026-11-21T12:30:00Z",
        "applicant": {"name": "张示范", "number": NUMBER, "kind": "resident", "source": "samv"},
        "answers": answers.get(task_code, {}),
        "materials": handed,
        **changes,
    }


def card(**changes: Any) -> dict[str, Any]:
    return {
        "terminal_id": "T1",
        "source": "samv",
        "kind": "resident",
        "name": "张示范",
        "number": NUMBER,
        "valid_until": "长期",
        **changes,
    }
