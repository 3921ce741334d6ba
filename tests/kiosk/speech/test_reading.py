"""What is heard of what is written."""

from __future__ import annotations

import pytest

from kiosk.speech.mandarin import pinyin
from kiosk.speech.reading import number, said, spoken
from kiosk.speech.signs import named
from kiosk.speech.surnames import MARK
from screens.kit import keyboard


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("139 3750 0026", "幺三九，三七五零，零零二六"),
        ("13937500026", "幺三九，三七五零，零零二六"),
        ("41040219490615301X", "四幺零四零二，幺九四九零六幺五，三零幺 X"),
        ("410***********301X", "四幺零，中间隐藏，三零幺 X"),
        ("请拨打 0375-12345", "请拨打 零三七五，幺二三四五"),
        ("张*国，您好", "张某国，您好"),
        ("第2题，共3题", "第二题，共三题"),
        ("还有2项，约2分钟", "还有两项，约两分钟"),
        ("12月2日", "十二月二日"),
        ("20个工作日", "二十个工作日"),
        ("2026-11-24前", "二零二六年十一月二十四日前"),
        ("2026年10月", "二零二六年十月"),
        ("汇缴2026年01月", "汇缴二零二六年一月"),
        ("2026年09月05日止", "二零二六年九月五日止"),
        ("9:00–12:05", "九点到十二点零五分"),
        ("缴费685.76元", "缴费六百八十五点七六元"),
        ("余额64,000.00", "余额六万四千"),
        ("200000元", "二十万元"),
        ("2元", "两元"),
        ("12.5%", "百分之十二点五"),
        ("A4纸", "A 四纸"),
    ],
)
def test_numbers_in_chinese(written: str, heard: str) -> None:
    assert said(written, "zh") == heard


@pytest.mark.parametrize(
    ("value", "heard"),
    [
        ("0", "零"), ("10", "十"), ("11", "十一"), ("20", "二十"), ("101", "一百零一"), ("110", "一百一十"),
        ("1001", "一千零一"), ("10000", "一万"), ("10010", "一万零一十"), ("100000", "十万"),
        ("20010", "二万零一十"), ("1000001", "一百万零一"), ("120000000", "一亿二千万"),
        ("100000000", "一亿"), ("100010000", "一亿零一万"), ("3.50", "三点五"),
    ],
)  # fmt: skip
def test_whole_numbers(value: str, heard: str) -> None:
    assert number(value) == heard


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Phone 139 3750 0026", "Phone 1 3 9, 3 7 5 0, 0 0 2 6"),
        ("ID 41040219490615301X", "ID 4 1 0 4 0 2, 1 9 4 9 0 6 1 5, 3 0 1 X"),
        ("Case number 11410400A", "Case number 1 1 4 1, 0 4 0 0, A"),
        ("Month: 2026年12月, 余额（元）: 3", "Month: 二零二六年十二月，余额，元，: 3"),
        ("Due 2026-11-24", "Due 24 November 2026"),
        ("Question 2 of 3", "Question 2 of 3"),
        ("64,000.00 yuan", "64000 yuan"),
    ],
)
def test_numbers_in_english(written: str, heard: str) -> None:
    assert said(written, "en") == heard


def test_each_piece_is_said_by_the_voice_of_its_language() -> None:
    assert [each.language for each in spoken("语言 English，请选", "zh")] == ["zh", "en", "zh"]
    assert [(each.language, each.text) for each in spoken("Hall 平顶山市政务服务大厅 3", "en")] == [
        ("en", "Hall "),
        ("zh", "平顶山市政务服务大厅"),
        ("en", " 3"),
    ]
    assert not any(
        sign.isdigit() for each in spoken("第2题 13937500026 2026-11-24", "zh") for sign in each.text
    )


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("您还在吗？", "nin2 hai2 zai4 ma5?"),
        ("银行卡", "yin2 hang2 ka3"),
        ("行动不便", "xing2 dong4 bu2 bian4"),
        ("重新打印", "chong2 xin1 da3 yin4"),
        ("郏县", "jia2 xian4"),
        ("长按", "chang2 an4"),
        ("单位", "dan1 wei4"),
        ("女儿", "nv3 er2"),
        ("还款明细", "huan2 kuan3 ming2 xi4"),
        ("最长四十分钟", "zui4 chang2 si4 shi2 fen1 zhong1"),
        ("本人参保缴费", "ben3 ren2 can1 bao3 jiao3 fei4"),
        ("漯河市", "luo4 he2 shi4"),
        ("调整为", "tiao2 zheng3 wei2"),
    ],
)
def test_characters_with_several_readings(text: str, syllables: str) -> None:
    assert pinyin(text) == syllables


def test_surnames_are_read_as_surnames_where_a_name_stands() -> None:
    assert pinyin(said("单*国，您好", "zh")).startswith("shan4 mou3")
    assert pinyin(said("姓名：任小明", "zh")).endswith("ren2 xiao3 ming2")
    assert pinyin(said("任务", "zh")) == "ren4 wu4"
    for language in ("zh", "en"):  # in a row of its own, after 姓名 or Name
        assert pinyin(said(f"{MARK}单文博", language)) == "shan4 wen2 bo2"


def test_a_lone_sign_has_a_name_for_every_key_that_types_one() -> None:
    typed = "".join("".join(keyboard.rows("symbols", keyboard.FULL, 0, True)))
    for sign in typed:
        for language in ("zh", "en"):
            assert any(map(str.isalnum, named(sign, language))), sign
    assert named("A", "zh") == "A"


def test_a_character_without_a_reading_is_said_to_be_rare() -> None:
    heard = pinyin("\u3ae5\U0002a6d6\ue863\U000e0fff您好")
    assert heard == "ming3, sheng1 pi4 zi4, yan3, sheng1 pi4 zi4, nin2 hao3"
    assert heard.isascii()
