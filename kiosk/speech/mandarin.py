"""Chinese characters as numbered pinyin, which espeak-ng reads right where it reads characters wrongly."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final

from kiosk.speech.surnames import MARK, READINGS

PHRASES: Final = {
    # How places around here, and words of these pages, are read; the rest is pypinyin's.
    "平顶山": "ping2 ding3 shan1", "新华区": "xin1 hua2 qu1", "卫东区": "wei4 dong1 qu1",
    "湛河": "zhan4 he2", "石龙区": "shi2 long2 qu1", "宝丰": "bao3 feng1", "叶县": "ye4 xian4",
    "鲁山": "lu3 shan1", "郏县": "jia2 xian4", "舞钢": "wu3 gang1", "汝州": "ru3 zhou1",
    "长按": "chang2 an4", "调休": "tiao2 xiu1", "调整": "tiao2 zheng3", "重试": "chong2 shi4",
    "重听": "chong2 ting1", "重签": "chong2 qian1", "重读": "chong2 du2", "重办": "chong2 ban4",
    "还在吗": "hai2 zai4 ma5", "还没": "hai2 mei2", "还要": "hai2 yao4", "还缺": "hai2 que1",
    "还不行": "hai2 bu4 xing2", "不得": "bu4 de2", "打得": "da3 de5", "办得": "ban4 de5", "填得": "tian2 de5",
    "来得及": "lai2 de5 ji2", "看得清": "kan4 de5 qing1", "得到": "de2 dao4", "只放": "zhi3 fang4",
    "一只": "yi4 zhi1", "缴存": "jiao3 cun2", "行动": "xing2 dong4", "这几": "zhe4 ji3", "几份": "ji3 fen4",
    "一卡通": "yi4 ka3 tong1", "卡槽": "ka3 cao2", "卡纸": "ka3 zhi3", "朝里": "chao2 li3",
    "朝上": "chao2 shang4",
    "数字": "shu4 zi4", "位数": "wei4 shu4", "数一数": "shu3 yi4 shu3", "供养": "gong1 yang3",
    "应当": "ying1 dang1", "答复": "da2 fu4", "参保": "can1 bao3", "重度": "zhong4 du4", "薄片": "bao2 pian4",
    "劳模": "lao2 mo2", "处所": "chu4 suo3", "办事处": "ban4 shi4 chu4", "好差评": "hao3 cha4 ping2",
    "便民": "bian4 min2", "差评": "cha4 ping2", "幺": "yao1", "为了": "wei4 le5", "称职": "chen4 zhi2",
}  # fmt: skip
RARE: Final = "，生僻字，"
"""What is heard in the place of a character that has no reading, so that a name is as long as it is."""
_SIGNS: Final = str.maketrans(
    {"，": ", ", "。": ". ", "、": ", ", "；": ". ", "：": ", ", "？": "? ", "！": "! ", MARK: "", "—": ", "}
)


@cache
def _pypinyin() -> Any:
    """Imported and told the phrases once, by the thread that speaks."""
    import pypinyin
    from pypinyin.contrib.tone_convert import tone3_to_tone

    pypinyin.load_phrases_dict(
        {word: [[tone3_to_tone(syllable)] for syllable in said.split()] for word, said in PHRASES.items()}
    )
    return pypinyin


def pinyin(text: str) -> str:
    """``您还在吗？`` as ``nin2 hai2 zai4 ma5? ``."""
    parts: list[str] = []
    for piece in re.split(f"({MARK}(?:{'|'.join(sorted(READINGS, key=len, reverse=True))}))", text):
        if piece.startswith(MARK) and piece[1:] in READINGS:
            parts.append(READINGS[piece[1:]] + " ")
        else:
            parts.append(_plain(piece.replace(MARK, "")))
    joined = re.sub(r"\s+", " ", " ".join(parts))
    return re.sub(r" ([,.?!])", r"\1", joined).strip()


def _unread(sign: str) -> bool:
    """A character for which nobody here knows a reading: the voice would spell its number."""
    if sign.isascii() or unicodedata.category(sign) not in ("Lo", "Co", "Cn"):
        return False
    return not _pypinyin().pinyin(sign, errors="ignore")


def _plain(text: str) -> str:
    library = _pypinyin()
    text = "".join(RARE if _unread(sign) else sign for sign in text)
    syllables = library.lazy_pinyin(
        text, style=library.Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True
    )
    return " ".join(syllables).translate(_SIGNS)
