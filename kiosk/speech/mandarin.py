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
    "还款": "huan2 kuan3", "还款明细": "huan2 kuan3 ming2 xi4", "月月还": "yue4 yue4 huan2",
    "还了多少": "huan2 le5 duo1 shao3", "还多少": "huan2 duo1 shao3",
    "还没还清": "hai2 mei2 huan2 qing1", "额外长期": "e2 wai4 chang2 qi1", "最长": "zui4 chang2",
    "长期": "chang2 qi1", "长时间": "chang2 shi2 jian1", "长连接": "chang2 lian2 jie1",
    "选长": "xuan3 chang2", "长垣": "chang2 yuan2", "长治": "chang2 zhi4", "长葛": "chang2 ge3",
    "长顺": "chang2 shun4", "行政区": "xing2 zheng4 qu1", "行号": "hang2 hao4",
    "重启": "chong2 qi3", "重打": "chong2 da3", "重录": "chong2 lu4", "重连": "chong2 lian2",
    "重名": "chong2 ming2", "所得": "suo3 de2", "写得": "xie3 de5", "拔得": "ba2 de5",
    "拿得": "na2 de5", "读得": "du2 de5", "离得": "li2 de5", "写明了": "xie3 ming2 le5",
    "接种": "jie1 zhong4", "当场": "dang1 chang3", "的当场": "de5 dang1 chang3",
    "上当场": "shang4 dang1 chang3", "调低": "tiao2 di1", "调亮": "tiao2 liang4",
    "事故都": "shi4 gu4 dou1", "的都": "de5 dou1", "殷都": "yin1 du1", "魏都": "wei4 du1",
    "人参加": "ren2 can1 jia1", "人参保": "ren2 can1 bao3", "朝阳": "chao2 yang2",
    "发卡": "fa1 ka3", "金发到": "jin1 fa1 dao4", "有空间": "you3 kong1 jian1",
    "切纸": "qie1 zhi3", "切刀": "qie1 dao1", "曲靖": "qu3 jing4", "漯河": "luo4 he2",
    "浚县": "xun4 xian4", "召陵": "shao4 ling2", "没过期": "mei2 guo4 qi1", "照片": "zhao4 pian4",
    "相片": "xiang4 pian4", "为准": "wei2 zhun3", "属期为": "shu3 qi1 wei2",
    "调整为": "tiao2 zheng3 wei2", "多为": "duo1 wei2", "评定为": "ping2 ding4 wei2",
    "认定为": "ren4 ding4 wei2", "等级为": "deng3 ji2 wei2", "账户为": "zhang4 hu4 wei2",
    "被设为": "bei4 she4 wei2", "改名为": "gai3 ming2 wei2", "内容为": "nei4 rong2 wei2",
    "以下为": "yi3 xia4 wei2", "对象为": "dui4 xiang4 wei2", "标准为": "biao1 zhun3 wei2",
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
