"""The twelve base elements across levels and regions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.matters.lint.article6 import base_elements, compare
from kiosk.matters.load import load_matter
from kiosk.matters.models import Matter
from tests.kiosk.matters.lint.changed import changed

# Article 6 of the regulation, word for word.
ARTICLE_6 = (
    "事项名称、基本编码、事项类型、设定依据、受理条件、服务对象、办理流程、所需材料、"
    "法定办结时限、承诺办结时限、收费依据、办理结果"
)


def matter(folder: Path, *changes: tuple[str, str]) -> Matter:
    file = folder / "matter.yaml"
    file.write_text(changed(*changes), encoding="utf-8")
    loaded = load_matter(file)
    assert isinstance(loaded, Matter)
    return loaded


def test_they_are_the_twelve_of_the_article(tmp_path: Path) -> None:
    one = matter(tmp_path)
    assert "、".join(each.zh for each in base_elements(one.catalog_code, one.guide)) == ARTICLE_6
    assert compare(one, one) == ()


def test_another_city_with_the_same_guide_is_equal(tmp_path: Path) -> None:
    one = matter(tmp_path)
    text = changed().replace("平顶山市", "许昌市").replace("124104000058A2285Y", "124110000058A2285Y")
    file = tmp_path / "other.yaml"
    file.write_text(text, encoding="utf-8")
    other = load_matter(file)
    assert isinstance(other, Matter)
    assert compare(one, other) == ()


def test_what_is_typed_otherwise_is_still_equal(tmp_path: Path) -> None:
    one = matter(tmp_path)
    other = matter(
        tmp_path,
        ("name: { zh: 灵活就业凭证（近一个月", "name: { zh: 灵活就业凭证(近一个月"),
        ("提供一种）, en", "提供一种), en"),
        ("    - 申请人年满16周岁，未", "    - 申请人年满 16 周岁,未"),
    )
    assert compare(one, other) == ()


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("item_name: 灵活就业登记", "item_name: 灵活就业备案", "事项名称"),
        ('catalog_code: "410714110000"', 'catalog_code: "410714110001"', "基本编码"),
        ("item_type: 公共服务", "item_type: 行政确认", "事项类型"),
        ("article: 第三十五条第一款第五项", "article: 第三十六条", "设定依据"),
        ("申请人年满16周岁，未", "申请人年满18周岁，未", "受理条件"),
        ("audience: 自然人", "audience: 自然人、企业法人", "服务对象"),
        ("name: 登记, duty", "name: 审查, duty", "办理流程"),
        ("form: copy", "form: original", "所需材料"),
        ("legal_limit: { amount: 15", "legal_limit: { amount: 20", "法定办结时限"),
        ("promised_limit: { amount: 3", "promised_limit: { amount: 5", "承诺办结时限"),
        ("fee_basis: 不收费，依据《中华", "fee_basis: 免费，依据《中华", "收费依据"),
        ("result_name: 灵活就业登记结果", "result_name: 就业登记证", "办理结果"),
    ],
)
def test_each_element_counts(tmp_path: Path, old: str, new: str, element: str) -> None:
    one, other = matter(tmp_path), matter(tmp_path, (old, new))
    (difference,) = compare(one, other)
    assert difference.zh == element
    assert difference.other
