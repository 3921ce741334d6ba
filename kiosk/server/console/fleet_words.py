"""The fleet's codes in words: conditions, devices, papers, alarms, timelines, rollouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Word = tuple[str, str]  # what it is called, and its kind in the style sheet

CONDITIONS: Final[Mapping[str, Word]] = {
    "ready": ("正常", "good"),
    "not_ready": ("不能服务", "bad"),
    "out_of_service": ("已停用", "quiet"),
    "silent": ("失联", "warn"),
    "never_seen": ("从未上线", "quiet"),
    "retired": ("已撤除", "quiet"),
}
PAPERS: Final[Mapping[str, Word]] = {
    "full": ("充足", "good"),
    "low": ("将尽", "warn"),
    "out": ("缺纸", "bad"),
    "jammed": ("卡纸", "bad"),
    "unknown": ("未知", "quiet"),
}
DEVICES: Final[Mapping[str, Word]] = {
    "online": ("正常", "good"),
    "busy": ("使用中", "good"),
    "offline": ("离线", "bad"),
    "power_off": ("未通电", "bad"),
    "no_device": ("未连接", "bad"),
    "hardware_error": ("硬件故障", "bad"),
    "user_error": ("等待处理", "warn"),
}
ALARMS: Final[Mapping[str, Word]] = {
    "terminal.silent": ("终端失联", "bad"),
    "terminal.not_ready": ("终端不能服务", "bad"),
    "terminal.clock": ("时钟偏差", "warn"),
    "device.fault": ("设备故障", "bad"),
    "paper.out": ("缺纸", "bad"),
    "paper.low": ("纸将尽", "warn"),
    "bundle.stale": ("不接收新配置", "warn"),
    "bundle.unexpected": ("启用了未下发的配置", "bad"),
    "rollout.halted": ("发布已中止", "bad"),
    "rollout.unwritten": ("发布写不进仓库", "bad"),
    "audit.chain": ("审计链不连续", "bad"),
    "terminal.group": ("终端跟随的分组与登记不符", "warn"),
    "repository.behind": ("仓库版本落后于终端", "bad"),
    "repository.unusable": ("仓库不可用", "bad"),
}
PHASES: Final[Mapping[str, Word]] = {
    "draft": ("待批准", "warn"),
    "approved": ("已批准，未开始", "plain"),
    "ring": ("进行中", "plain"),
    "soak": ("观察中", "plain"),
    "halted": ("已中止", "bad"),
    "done": ("已完成", "good"),
    "rolled_back": ("已回退", "quiet"),
    "withdrawn": ("已撤回", "quiet"),
}
STATUSES: Final[Mapping[str, Word]] = {  # in the order of a bar
    "succeeded": ("成功", "good"),
    "healthy": ("已启用，观察中", "soft"),
    "activated": ("已启用，自检中", "plain"),
    "downloaded": ("已下载", "plain"),
    "assigned": ("等待下载", "quiet"),
    "off": ("关机或失联", "none"),
    "timed_out": ("超时", "warn"),
    "rejected": ("拒收", "bad"),
    "failed": ("失败", "bad"),
}
REASONS: Final[Mapping[str, str]] = {
    "failed_count": "失败台数达到上限",
    "failed_share": "失败比例达到上限",
    "by_hand": "人工中止",
    "timed_out": "超时未完成",
    "went_back": "启用后自行退回",
}
STEPS: Final[Mapping[str, str]] = {
    "drafted": "起草",
    "approved": "批准",
    "ring": "开始一环",
    "soak": "进入观察",
    "paused": "暂停",
    "resumed": "继续",
    "halted": "中止",
    "done": "完成",
    "rolled_back": "回退",
    "withdrawn": "撤回",
}
COMMANDS: Final[Mapping[str, str]] = {"out_of_service": "停用", "back_in_service": "恢复服务"}
COMMAND_STATES: Final[Mapping[str, Word]] = {
    "waiting": ("等终端来取", "warn"),
    "delivered": ("终端已收到", "plain"),
    "done": ("已执行", "good"),
    "refused": ("终端拒绝", "bad"),
    "replaced": ("被后来的指令取代", "quiet"),
    "cancelled": ("已取消", "quiet"),
}
SERVICE: Final[Mapping[str, str]] = {
    "": "未告知",
    "open": "服务中",
    "closed_by_platform": "按管理台指令停用",
    "closed_here": "由现场技术员停用",
}
_EVENTS: Final[Mapping[str, Word]] = {
    "terminal.registered": ("登记", "plain"),
    "terminal.credential": ("换发凭据", "plain"),
    "terminal.moved": ("调整分组", "plain"),
    "terminal.described": ("修改名称、位置", "plain"),
    "terminal.retired": ("撤除", "quiet"),
    "terminal.back": ("恢复联系", "good"),
    "terminal.silent": ("失联", "bad"),
    "terminal.first_seen": ("第一次联系", "plain"),
    "terminal.ready": ("能否服务变化", "plain"),
    "terminal.bundle": ("换了配置包", "plain"),
    "terminal.version": ("软件版本变化", "plain"),
    "terminal.service": ("服务状态变化", "plain"),
    "terminal.readiness": ("收到就绪报告", "plain"),
    "device.state": ("设备状态变化", "plain"),
    "command.asked": ("下达指令", "plain"),
    "command.cancelled": ("取消指令", "quiet"),
    "command.ended": ("指令结果", "plain"),
    "alarm.opened": ("告警", "bad"),
    "alarm.acknowledged": ("告警有人处理", "plain"),
    "alarm.closed": ("告警解除", "good"),
    "bundle.downloaded": ("下载了配置包", "plain"),
    "bundle.activated": ("启用了配置包", "plain"),
    "bundle.self_tested": ("自检通过", "good"),
    "bundle.soaked": ("观察期满", "good"),
    "bundle.failed": ("配置包失败，已退回", "bad"),
    "bundle.rejected": ("拒收配置包", "bad"),
    "rollout.succeeded": ("发布成功", "good"),
    "rollout.failed": ("发布失败", "bad"),
    "rollout.timed_out": ("发布超时", "warn"),
    "rollout.off": ("发布时关机或失联", "quiet"),
}
_KEYS: Final[Mapping[str, str]] = {
    "by": "操作人",
    "hall": "大厅",
    "group": "分组",
    "device": "设备",
    "state": "状态",
    "reason": "原因",
    "kind": "种类",
    "subject": "对象",
    "detail": "说明",
    "bundle": "配置包",
    "rollout": "发布",
    "ring": "环",
    "outcome": "结果",
    "command": "指令",
    "name": "名称",
    "model": "型号",
    "note": "处理情况",
    "version": "版本",
    "attempt": "第几次",
    "was": "原来",
    "is": "现在",
    "fault": "故障",
    "paper": "纸张",
}


def word(table: Mapping[str, Word], code: str) -> Word:
    """A code of another version stays to be read as it is."""
    return table.get(code, (code or "—", "quiet"))


def event_word(kind: str) -> Word:
    return word(_EVENTS, kind)


def detail_words(detail: Mapping[str, Any]) -> str:
    """What belongs to an event: 原因：…，操作人：…"""
    said = []
    for key, value in detail.items():
        if value in (None, "", [], {}) or key == "at":  # the terminal's own clock; the page has ours
            continue
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        text = {"True": "是", "False": "否"}.get(text, text)
        if key == "command":
            text = COMMANDS.get(text, text)
        elif key == "outcome":
            text = word(COMMAND_STATES, text)[0]
        elif key == "kind":
            text = word(ALARMS, text)[0]
        elif key == "reason":
            text = REASONS.get(text, text)
        elif key == "state" and text in DEVICES:
            text = DEVICES[text][0]
        elif key == "paper" and text in PAPERS:
            text = PAPERS[text][0]
        elif key in ("was", "is") and text in SERVICE:
            text = SERVICE[text]
        elif key in ("bundle", "was", "is"):
            text = short_bundle(text)
        elif key == "ring" and text.isdecimal():
            text = str(int(text) + 1)
        said.append(f"{_KEYS.get(key, key)}：{text}")
    return "，".join(said)


def alarm_words(kind: str, detail: str) -> str:
    """What an alarm says beside its kind."""
    if kind.startswith("paper."):
        return word(PAPERS, detail)[0] if detail else ""
    if kind == "terminal.clock":
        return {"ahead": "终端的时钟快了", "behind": "终端的时钟慢了"}.get(detail, detail)
    if kind == "device.fault" and detail in DEVICES:
        return DEVICES[detail][0]
    if kind == "bundle.unexpected":
        return short_bundle(detail)
    return REASONS.get(detail, detail)


def short_bundle(name: str) -> str:
    """The beginning of a digest is enough to tell one from another."""
    return name.removeprefix("bundles/").removesuffix(".bundle")[:12]


def skew_words(seconds: int | None) -> str:
    """快 3 分钟, 慢 20 秒, 准."""
    if seconds is None:
        return "—"
    size = abs(seconds)
    if size < 5:
        return "准"
    side = "快" if seconds > 0 else "慢"
    if size < 120:
        return f"{side} {size} 秒"
    if size < 7200:
        return f"{side} {size // 60} 分钟"
    return f"{side} {size // 3600} 小时" if size < 172_800 else f"{side} {size // 86_400} 天"


def seconds_words(seconds: int) -> str:
    if seconds % 3600 == 0 and seconds:
        return f"{seconds // 3600} 小时"
    return f"{seconds // 60} 分钟" if seconds >= 60 else f"{seconds} 秒"
