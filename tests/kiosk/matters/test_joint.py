"""Joint matters: which bodies are asked for this applicant."""

from __future__ import annotations

from kiosk.matters.base import BaseCatalogue, load_base_catalogue
from kiosk.matters.joint import parts_for
from kiosk.matters.rules import Facts
from tests.kiosk.matters.examples import CONFIG, MATTERS, TODAY

JOINT = [matter for matter in MATTERS if matter.parts]


def test_joint_matters_are_shipped_with_one_body_that_leads() -> None:
    assert {matter.name.zh for matter in JOINT} >= {"退休一件事", "新生儿出生一件事"}
    base = load_base_catalogue(CONFIG / "base-catalogue.yaml")
    assert isinstance(base, BaseCatalogue)
    listed = {item.catalog_code for item in base.items}
    for matter in JOINT:
        assert sum(part.lead for part in matter.parts) == 1
        assert len({part.department.zh for part in matter.parts}) > 1
        for part in matter.parts:
            assert part.catalog_code in listed, part.name.zh
            assert part.task_code[19:] == part.catalog_code


def test_only_what_applies_is_done_and_the_leading_part_always() -> None:
    retirement = next(matter for matter in JOINT if matter.name.zh == "退休一件事")

    def bodies(birth: str, **answers: str) -> list[str]:
        facts = Facts.of(birth=birth, sex="2")
        return [part.department.zh for part in parts_for(retirement, answers, facts, TODAY)]

    assert bodies("19661124") == ["市社会保险中心"]
    assert bodies("19661124", health_insured="yes", withdraw_fund="no", senior_card="yes") == [
        "市社会保险中心",
        "市医疗保险中心",
        "市卫生健康委员会",
    ]
    assert bodies("19661125", senior_card="yes") == ["市社会保险中心"]  # 60 only tomorrow
