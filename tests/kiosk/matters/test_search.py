from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.matters.catalogue import Catalogue
from tests.kiosk.matters.examples import CONFIG, MATTERS


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("社保缴费证明", "社保缴费证明"),
        ("社会保险参保", "社保缴费证明"),
        ("shebao", "社保缴费证明"),
        ("sbjf", "社保缴费证明"),
        ("SBJFZM", "社保缴费证明"),
        ("我想打印社保证明", "社保缴费证明"),
        ("wufangzhengming", "无房证明"),
        ("wfzm", "无房证明"),
        ("wu fang", "无房证明"),
        ("名下房产", "无房证明"),
        ("gjj", "公积金缴存明细"),
        ("怎么查公积金", "公积金缴存明细"),
        ("公基金", "公积金缴存明细"),
        ("gongjijn", "公积金缴存明细"),
        ("外地住院", "外地看病备案"),
        ("ydjy", "外地看病备案"),
        ("老年证", "老年优待证"),
        ("老年正", "老年优待证"),
        ("laonianzhegn", "老年优待证"),
        ("外卖", "灵活就业登记"),
        ("灵活就夜", "灵活就业登记"),
        ("sebaozengming", "社保缴费证明"),  # zh as z, sh as s, -ing as -in: as it is said here
        ("senfenzen", "身份证换领补领"),
        ("shengfengzheng", "身份证换领补领"),
        ("罚单", "交通违法查询"),
        ("生娃", "新生儿一起办"),
        ("senior", "老年优待证"),
        ("housng fund", "公积金缴存明细"),
    ],
)
def test_what_people_type_leads_to_the_matter(typed: str, first: str) -> None:
    found = MATTERS.search(typed)
    assert found, typed
    assert found[0].plain_name.zh == first


def test_a_department_leads_to_its_matters() -> None:
    department = "市医疗保障局"
    found = MATTERS.search(department, limit=len(MATTERS))
    assert all(matter in found for matter in MATTERS.listing(department=department))


@pytest.mark.parametrize("typed", ["", "   ", "，。！", "qqqqqq", "量子计算", "\x00", "𠮷𠮷𠮷"])
def test_nothing_is_found_where_nothing_is_meant(typed: str) -> None:
    assert MATTERS.search(typed) == ()


def test_every_matter_is_found_by_each_of_its_words() -> None:
    for matter in MATTERS:
        for word in (
            matter.name.zh,
            matter.plain_name.zh,
            matter.name.en,
            matter.plain_name.en,
            *matter.words,
        ):
            assert matter in MATTERS.search(word), word


def test_the_limit_holds() -> None:
    assert len(MATTERS.search("zm", limit=1)) == 1
    assert MATTERS.search("zm", limit=0) == ()
    assert Catalogue().search("社保") == ()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=70))
def test_any_text_gives_different_matters(typed: str) -> None:
    found = MATTERS.search(typed)
    assert len({matter.task_code for matter in found}) == len(found)


def test_loading_matters_does_not_load_what_only_the_search_needs() -> None:
    code = (
        "import sys, pathlib\n"
        "from kiosk.matters.load import load_folder\n"
        f"assert len(load_folder(pathlib.Path({str(CONFIG / 'matters')!r}))) == {len(MATTERS)}\n"
        "late = {'pypinyin', 'rapidfuzz', 'chinese_calendar', 'kiosk.matters.search'}\n"
        "assert not late & set(sys.modules), late & set(sys.modules)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=CONFIG.parent, check=False
    )
    assert ended.returncode == 0, ended.stderr
