"""What a sign on a key is called: by itself no voice says it."""

from __future__ import annotations

import unicodedata
from typing import Final

NAMES: Final = {
    "-": "横线", "/": "斜线", "#": "井号", ".": "点", ",": "逗号", ":": "冒号", ";": "分号", "?": "问号",
    "!": "叹号", "@": "花圈号", "，": "逗号", "。": "句号", "、": "顿号", "：": "冒号", "；": "分号",
    "？": "问号",
    "！": "叹号", "（": "左括号", "）": "右括号", "·": "间隔号", "《": "左书名号", "》": "右书名号",
    "“": "左引号", "”": "右引号", "&": "和号", "+": "加号", "=": "等号", "%": "百分号", "*": "星号",
    "_": "下划线",
}  # fmt: skip


def named(text: str, language: str) -> str:
    """The name of a lone sign; anything else as it is."""
    if len(text) != 1 or text.isalnum():
        return text
    if language == "zh" and text in NAMES:
        return NAMES[text]
    return unicodedata.name(text, text).lower()
