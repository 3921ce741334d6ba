"""What the technician's pages and papers call things, in Chinese and in English.

Names of drivers' own checks and counters that stand nowhere here are shown as the driver calls them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
Both = tuple[str, str]

STATES: Final[Mapping[str, Both]] = {
    "online": ("正常", "ready"),
    "busy": ("工作中", "at work"),
    "offline": ("没有应答", "does not answer"),
    "power_off": ("没有通电", "no power"),
    "no_device": ("没有找到", "not found"),
    "hardware_error": ("故障", "broken"),
    "user_error": ("要人处理", "needs a hand"),
    "stuck": ("有一处失灵", "stuck place"),  # of a touch panel, which has no driver
}
PAPERS: Final[Mapping[str, Both]] = {
    "full": ("有纸", "paper in"),
    "low": ("纸将用完", "paper low"),
    "out": ("缺纸", "no paper"),
    "jammed": ("卡纸", "paper jam"),
    "unknown": ("纸量未知", "paper not known"),
}
CARDS: Final[Mapping[str, Both]] = {
    "absent": ("无卡", "no card"),
    "present": ("有卡", "card there"),
    "unreadable": ("卡读不出", "card not readable"),
    "left_behind": ("遗留卡片", "card left behind"),
}
UNITS: Final[Mapping[str, Both]] = {"mm": ("毫米", "mm"), "sheets": ("张", "sheets")}
DRIVERS: Final[Mapping[str, Both]] = {
    "samv": ("居民身份证阅读器", "resident card reader"),
    "social_security": ("社保卡读卡器", "social security card reader"),
    "serial_scanner": ("扫码器", "code scanner"),
    "cups": ("打印机（CUPS）", "printer (CUPS)"),
    "escpos": ("凭条打印机", "receipt printer"),
    "file_printer": ("文件打印机", "file printer"),
    "microphone": ("麦克风", "microphone"),
    "touch_panel": ("触摸屏", "touch panel"),
}
TESTS: Final[Mapping[str, Both]] = {
    "self_test": ("自检", "self-test"),
    "test_print": ("测试页", "test page"),
    "read_test": ("读卡测试", "reading test"),
    "voice_test": ("试音", "voice test"),
    "screen": ("屏幕", "screen"),
    "sound": ("声音", "sound"),
    "keypad": ("键盘", "keypad"),
    "network": ("网络", "network"),
}
STEPS: Final[Mapping[str, Both]] = {
    "name": ("域名解析", "name"),
    "tcp": ("建立连接（TCP）", "connection (TCP)"),
    "tls": ("加密连接（TLS）", "encryption (TLS)"),
    "platform": ("平台应答", "platform"),
    "time": ("时间相差", "time"),
}
READINGS: Final[Mapping[str, Both]] = {
    "disk": ("可用磁盘空间", "free disk space"),
    "memory": ("可用内存 / 总内存", "free memory / all"),
    "temperature": ("温度", "temperature"),
    "clock": ("本机时间", "this machine's time"),
    "queue": ("待发 / 搁置的申请", "applications waiting / set aside"),
    "uptime": ("开机时间", "up since"),
    "version": ("软件版本", "software"),
    "bundle": ("事项（个数、校验）", "matters (number, sum)"),
    "pushed": ("推送的配置（序号、启用时间）", "pushed configuration (number, since)"),
    # Of a damaged store: how many were taken over and how many were found not to be whole.
    "rescued_applications": (
        "坏存储：接回 / 未能接回的申请",
        "damaged store: applications taken / not whole",
    ),
    "rescued_papers": (
        "坏存储：接回 / 未能接回的欠打凭条",
        "damaged store: owed papers taken / not whole",
    ),
    "rescued_forms": (
        "坏存储：接回 / 未能接回的暂存表单",
        "damaged store: kept forms taken / not whole",
    ),
    "rescued_requests": (
        "坏存储：接回 / 未能接回的诉求和预约",
        "damaged store: requests taken / not whole",
    ),
    "rescued_technician": (
        "坏存储：接回 / 未能接回的维修记录",
        "damaged store: technicians' / not whole",
    ),
    "rescued_unknown": ("坏存储：认不出的内容", "damaged store: places nobody can read"),
    "rescued_other_key": ("坏存储：属于另一把设备密钥", "damaged store: sealed with another device key"),
}
CHECKS: Final[Mapping[str, Both]] = {
    **STEPS,
    "answer": ("应答", "answer"),
    "card": ("读卡", "card"),
    "cutter": ("切刀", "cutter"),
    "door": ("盖子", "lid"),
    "driver": ("驱动", "driver"),
    "find": ("寻卡", "finding a card"),
    "firmware": ("固件", "firmware"),
    "folder": ("文件夹", "folder"),
    "level": ("音量", "level"),
    "line": ("线路", "line"),
    "module": ("模块", "module"),
    "number": ("模块号", "module number"),
    "open": ("打开设备", "opening"),
    "paper": ("纸", "paper"),
    "print": ("打印", "print"),
    "queue": ("队列", "queue"),
    "printer": ("打印机", "printer"),
    "reader": ("读卡器", "reader"),
    "reset": ("复位", "reset"),
    "scheduler": ("打印服务", "print service"),
    "service": ("系统服务", "service"),
    "slot": ("卡槽", "slot"),
    "space": ("空间", "space"),
    "state": ("状态", "state"),
    "status": ("状态", "status"),
    "supplies": ("耗材", "supplies"),
    "supply": ("耗材", "supply"),
    "version": ("版本", "version"),
    "voice": ("说话声", "a voice"),
}
COUNTERS: Final[Mapping[str, Both]] = {
    "reads": ("读取次数", "reads"),
    "codes": ("扫码次数", "codes"),
    "repeats": ("重复的码", "repeated codes"),
    "jobs": ("打印次数", "jobs"),
    "failed_jobs": ("没打出的次数", "failed jobs"),
    "pages": ("打印页数", "pages"),
    "recordings": ("录音次数", "recordings"),
    "restarts": ("重新启动", "restarts"),
    "crashes": ("程序出错", "crashes"),
}
KINDS: Final[Mapping[str, Both]] = {
    "serial": ("串口", "serial port"),
    "usb": ("USB", "USB"),
    "pcsc": ("读卡器", "card reader"),
}
COMMAND_LINE: Final[Both] = ("命令行", "command line")


def called(group: Mapping[str, Both], key: str, language: str = "zh") -> str:
    """The name of ``key``; the key itself, in words, when it has none."""
    both = group.get(key)
    if both is None:
        return key.replace("_", " ")
    return both[1] if language == "en" else both[0]


def counter(name: str, language: str = "zh") -> str:
    """The name of a counter; those that begin with ``fault:`` count one fault code each."""
    kind, _, code = name.partition(":")
    if kind == "fault" and code:
        return f"Fault {code}" if language == "en" else f"故障 {code}"
    return called(COUNTERS, name, language)


def moment(at: float | str, language: str = "zh") -> str:
    """A time in Asia/Shanghai: seconds since the epoch, or ISO 8601; what is neither as it stands."""
    given = _local(at)
    if given is None:
        return str(at)
    if language == "en":
        return f"{given:%Y-%m-%d %H:%M:%S}"
    return f"{given.year}年{given.month}月{given.day}日 {given:%H:%M:%S}"


def short_moment(at: float | str, language: str = "zh") -> str:
    """The same to the minute, without its year, for a page that is looked at now."""
    given = _local(at)
    if given is None:
        return str(at)
    if language == "en":
        return f"{given:%m-%d %H:%M}"
    return f"{given.month}月{given.day}日 {given:%H:%M}"


def _local(at: float | str) -> datetime | None:
    try:
        if isinstance(at, float | int):
            return datetime.fromtimestamp(at, SHANGHAI)
        return datetime.fromisoformat(at).astimezone(SHANGHAI)
    except (ValueError, OverflowError, OSError):
        return None


def who(by: str, language: str = "zh") -> str:
    return called({"command line": COMMAND_LINE}, by, language) if by == "command line" else by
