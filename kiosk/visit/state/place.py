"""Where the visit is: the page, and what lies over it."""

from __future__ import annotations

from enum import StrEnum


class Page(StrEnum):
    HOME = "home"
    MATTERS = "matters"
    GUIDE = "guide"
    IDENTIFY = "identify"
    OWED = "owed"  # 补打上次的凭条?
    CASES = "cases"  # 查进度: how the person's cases stand
    HAND_IN = "hand_in"  # 补交材料
    RESUME = "resume"  # 继续上次的办理?
    INELIGIBLE = "ineligible"  # a condition is not fulfilled: said before the form
    FORM = "form"
    NOTICE = "notice"
    SIGN = "sign"
    CHECK = "check"
    SUBMITTING = "submitting"
    RESULT = "result"
    DONE = "done"
    FAILSAFE = "failsafe"


class Overlay(StrEnum):
    """What lies over the page and takes all touches."""

    NONE = "none"
    ASLEEP = "asleep"  # 轻触屏幕开始; the touch that ends it does nothing else
    HELP = "help"
    APPOINTMENT = "appointment"  # 预约窗口
    ASKING = "asking"  # 绿色通道, 上门服务, 投诉
    PHONE = "phone"  # 用手机写
    PAPER = "paper"  # what a printed paper says
    TOOLS = "tools"  # 更多
    LEAVE = "leave"  # 确认退出?
    IDLE = "idle"  # 您还在吗?
    TAKE_CARD = "take_card"  # over home, after a visit whose card nobody has seen being taken
