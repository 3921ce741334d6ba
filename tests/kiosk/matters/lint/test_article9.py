"""Guides here and on the platform, element by element."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.matters.lint.article9 import drifts
from tests.kiosk.matters.examples import MATTERS

MATTER = MATTERS.matters[5]


def published(**changes: Any) -> dict[str, Any]:
    guide = MATTER.guide.model_dump(mode="json") | changes
    return {
        "task_code": MATTER.task_code,
        "catalog_code": MATTER.catalog_code,
        "task_version": MATTER.task_version,
        "name": {"zh": MATTER.name.zh, "en": MATTER.name.en},
        "guide": guide,
    }


def test_the_same_guide_has_not_drifted() -> None:
    assert drifts(MATTER, published()) == ()


def test_typing_and_usual_values_do_not_count() -> None:
    there = published(scope=f" {MATTER.guide.scope[:3]} {MATTER.guide.scope[3:]}")
    for material in there["guide"]["materials"]:
        for key in ("sample", "blank", "when"):
            material.pop(key)
    del there["guide"]["results"], there["guide"]["materials_count"]
    assert drifts(MATTER, there) == ()


@pytest.mark.parametrize(
    ("key", "value", "element"),
    [
        ("scope", "全省通办", "通办范围"),
        ("promised_limit", {"amount": 5, "unit": "workday"}, "承诺办结时限"),
        ("conditions", ["申请人年满18周岁"], "受理条件"),
        ("materials", [], "所需材料"),
        ("fee", {"amount_fen": 1000, "standard": "每证10元"}, "收费标准"),
        ("supervision", [{"kind": "phone", "value": "12315"}], "监督投诉方式"),
    ],
)
def test_each_drift_is_told_with_both_sides(key: str, value: Any, element: str) -> None:
    (drift,) = drifts(MATTER, published(**{key: value}))
    assert (drift.zh, drift.path) == (element, f"guide.{key}")
    assert drift.here and drift.here != drift.there


def test_what_the_platform_leaves_out_has_drifted() -> None:
    there = published()
    del there["guide"]["review_standard"]
    (drift,) = drifts(MATTER, there)
    assert drift.zh == "审查标准" and drift.there == ("（没有）",)


def test_another_name_code_or_version() -> None:
    there = published() | {"task_version": "2", "name": {"zh": "就业登记"}, "catalog_code": "410714110001"}
    assert [drift.path for drift in drifts(MATTER, there)] == ["catalog_code", "task_version", "name"]


@pytest.mark.parametrize("guide", [None, [], "x", {}, {"materials": 3, "fee": {"fee": []}}])
def test_a_guide_that_is_none_has_drifted_everywhere(guide: Any) -> None:
    assert len(drifts(MATTER, published() | {"guide": guide})) == 26
