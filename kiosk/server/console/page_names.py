"""What the pages of a rehearsal are called in the console."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {
    "home": "首页",
    "matters": "全部事项",
    "guide": "办事指南",
    "identify": "刷证件",
    "owed": "补打凭条",
    "cases": "查进度",
    "hand": "补交材料",
    "resume": "继续上次办理",
    "ineligible": "不符合条件",
    "form": "填写",
    "notice": "一次性告知",
    "check": "核对",
    "submitting": "提交",
    "result": "查询结果",
    "done": "办完了",
    "failsafe": "暂停服务",
    "appointment": "预约窗口",
    "asleep": "待机",
    "help": "帮助",
    "tools": "更多",
    "leave": "确认退出",
    "idle": "您还在吗",
    "take": "请取走证件",
    "wiped": "清除之后",
    "gave": "没有走下去",
}


def page_words(name: str) -> str:
    word = re.match(r"[a-z]+", name)
    return _WORDS.get(word.group(), name) if word else name
