"""A matter with everything that a form can have: groups, conditions, sums, lists, checks."""

from __future__ import annotations

from typing import Any, Final

from kiosk.matters.models import Matter, Shape
from tests.kiosk.matters.examples import MATTERS


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def asks(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "question": words(f"{key}?"), "label": words(key), **more}


FORM: Final[list[dict[str, Any]]] = [
    asks("married", "yes_no"),
    asks("spouse", "text", when={"question": "married", "is": ["yes"]}),
    {
        "group": "child",
        "label": {"zh": "孩子", "en": "Child"},
        "at_most": 3,
        "more": words("还有别的孩子吗？"),
        "questions": [
            asks("name", "text"),
            asks("born", "date", latest="today"),
            asks("age", "digits", compute={"age": "born"}),
            asks("school", "text", when={"question": "born", "at_least": 6}),
            asks("fee", "amount", required=False),
        ],
    },
    asks("rent", "amount", minimum=1),
    asks("heating", "amount", required=False),
    asks("costs", "amount", compute={"sum": ["rent", "heating"]}),
    asks("away", "date_range", latest="today"),
    asks("days", "digits", compute={"days": "away"}),
    asks("place", "choice", catalogue="regions"),
    asks("need_more", "yes_no"),
    asks("since", "date", prefill="card.birth"),
]
CHECKS: Final[list[dict[str, Any]]] = [
    {
        "rule": {"left": "heating", "relation": "not_more", "right": "rent"},
        "question": "heating",
        "message": words("取暖费比房租高，请核对。"),
    },
    {
        "rule": {"not": {"left": "name", "relation": "equal", "right": "spouse"}},
        "question": "name",
        "message": words("孩子的姓名与配偶相同，请核对。"),
    },
]
ANSWERS: Final = {
    "married": "yes",
    "spouse": "李梅",
    "child_1_name": "张一",
    "child_1_born": "2015-05-01",
    "child_1_school": "平顶山市实验小学",
    "child_1_fee": "320.00",
    "child_1_more": "yes",
    "child_2_name": "张二",
    "child_2_born": "2024-02-29",
    "child_2_fee": "",
    "child_2_more": "no",
    "rent": "1200.50",
    "heating": "300.00",
    "away": "2026-10-08/2026-10-21",
    "place": "410402",
    "need_more": "no",
}


def family(**changes: Any) -> Matter:
    """A pre-application of that form, without materials unless ``changes`` give some."""
    base = next(matter for matter in MATTERS if matter.shape is Shape.APPLICATION)
    raw = base.model_dump(mode="python", by_alias=True)
    raw["guide"]["materials"] = ()
    raw |= {"form": FORM, "checks": CHECKS, "eligibility": ()}
    raw["rehearsal"] = {**raw["rehearsal"], "answers": dict(ANSWERS)}
    return Matter.model_validate(raw | changes)
