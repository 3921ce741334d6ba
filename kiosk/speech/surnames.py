"""Surnames that are read differently from the same character elsewhere, where a text shows a name."""

from __future__ import annotations

import re
from typing import Final

READINGS: Final = {
    "单": "shan4", "仇": "qiu2", "查": "zha1", "任": "ren2", "解": "xie4", "盖": "ge3", "朴": "piao2",
    "曾": "zeng1", "区": "ou1", "华": "hua4", "宁": "ning4", "黑": "he4", "翟": "zhai2", "尹": "yin3",
    "召": "shao4", "缪": "miao4", "种": "chong2", "繁": "po2", "折": "she2", "员": "yun4", "乜": "nie4",
    "逄": "pang2", "隗": "wei3", "覃": "qin2", "尉": "wei4", "乐": "yue4", "冼": "xian3", "洗": "xian3",
    "粘": "nian2", "阚": "kan4", "牟": "mu4", "宓": "mi4", "郇": "huan2", "郝": "hao3", "燕": "yan1",
    "葛": "ge3", "臧": "zang1", "哈": "ha3", "秘": "bi4", "祭": "zhai4", "冯": "feng2", "令": "ling2",
    "万": "wan4", "纪": "ji3", "那": "na1", "应": "ying1", "谌": "chen2", "卜": "bu3", "车": "che1",
    "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "长孙": "zhang3 sun1", "澹台": "tan2 tai2", "令狐": "ling2 hu2",
    "单于": "chan2 yu2", "鲜于": "xian1 yu2",
}  # fmt: skip
MARK: Final = "\u2060"
"""Stands before a surname, where pinyin is made; nobody hears it."""
_NAMES: Final = sorted(READINGS, key=len, reverse=True)
_PLACE: Final = re.compile(rf"(?:(?<=姓名[：:，])|(?<=姓名[：:，] )|(?=[^*]{{1,2}}\*))({'|'.join(_NAMES)})")


def with_marks(text: str) -> str:
    """Put the mark before surnames of names: after 姓名, and before what is masked."""
    return _PLACE.sub(rf"{MARK}\1", text)
