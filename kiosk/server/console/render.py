"""From values to pages: Jinja2 with everything escaped, and the words that all pages share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from kiosk.server.console import charts, fault_words, sessions
from kiosk.server.console.roles import WORDS, Right
from kiosk.server.context import SHANGHAI

if TYPE_CHECKING:
    from kiosk.server.console.desk import Call

HERE: Final = Path(__file__).resolve().parent

MENU: Final = (
    ("/", "总览", Right.SEE),
    ("/matters", "事项", Right.SEE),
    ("/changes", "变更单", Right.SEE),
    ("/rollouts", "发布", Right.SEE),
    ("/terminals", "终端", Right.SEE),
    ("/alarms", "告警", Right.SEE),
    ("/ratings", "评价整改", Right.SEE),
    ("/requests", "诉求", Right.SEE),
    ("/audit", "审计", Right.AUDIT),
)

NOTICES: Final[Mapping[str, str]] = {  # what was done, told on the page that follows
    "welcome": "已登录。",
    "left": "已退出登录。",
    "password": "密码已更换，其他地方的登录已全部退出。",
    "saved": "已保存。",
    "new": "已建立新事项。按左边的顺序一节一节填，随时可以保存，没填完也不会丢。",
    "excel": "已读入 Excel 文件。",
    "excel_part": "已读入 Excel 文件；里面不属于模板的表没有读入，请核对。",
    "off": "已放进变更单：批准并发布之后，终端上不再提供这个事项。",
    "undone": "没有保存的内容已放弃。",
    "same": "内容没有变化，没有保存新稿。",
    "begun": "已新建变更单。",
    "dropped": "已从变更单中去掉。",
    "submitted": "已提交审批。内容已锁定，需要修改时请先撤回。",
    "withdrawn": "已撤回，可以继续修改。",
    "returned": "已退回编辑人员。",
    "approved": "已批准。",
    "discarded": "变更单已作废。",
    "pictures": "已排队生成页面图片，约需一分钟。",
    "drafted": "已起草，等待另一位审批人员批准。",
    "rollout": "已开始发布。",
    "halted": "已中止，不会有新的终端接收。",
    "paused": "已暂停。",
    "resumed": "已继续。",
    "rolled_back": "已下达回退。",
    "cancelled": "已取消。",
    "closed": "已下达停用。",
    "opened": "已下达恢复服务。",
    "taken": "已由您处理。",
    "finished": "已记录为处理完毕。",
    "extended": "期限已延长。",
    "reopened": "已重新打开。",
    "noted": "已记录。",
    "erased": "录音已删除。",
    "packed": "已制成配置包，等待编辑和审批签名。",
    "signed": "签名有效，已收下。",
    "published": "两个签名都有效，配置包已进入仓库，可以发布。",
}


@cache
def _environment() -> Environment:
    """One for all: templates are compiled once."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "local": local,
        "day": day,
        "ago": ago,
        "masked": masked,
        "grouped": lambda number: f"{number:,}",
    }
    environment.globals |= {
        "charts": charts,
        "menu": MENU,
        "Right": Right,
        "css": _versioned("console.css"),
        "js": _versioned("console.js"),
        "addressed": addressed,
        "fault_words": fault_words,
    }
    return environment


class Renderer:
    def page(self, call: Call, template: str, status: int, context: Mapping[str, Any]) -> Response:
        key = call.token or str(call.request.scope.get("kiosk_entry_key", ""))
        text = (
            _environment()
            .get_template(template)
            .render(
                call=call,
                user=call.user,
                may=call.may,
                path=call.request.url.path.removeprefix("/console") or "/",
                role_words=self.role_words(call.user) if call.user else "",
                form_token=sessions.form_token(key) if key else "",
                notice=NOTICES.get(call.request.query_params.get("done", ""), ""),
                page_address=lambda number: _numbered(call, number),
                **context,
            )
        )
        return HTMLResponse(text, status)

    def bare(self, status: int, title: str, words: tuple[str, ...]) -> Response:
        """Without anything of the database: it may be what is away."""
        text = _environment().get_template("bare.html").render(title=title, words=words)
        return HTMLResponse(text, status)

    def role_words(self, user: sessions.User) -> str:
        return "、".join(WORDS[role] for role in user.roles)


def addressed(path: str, **query: object) -> str:
    """``/console`` + path, with those of ``query`` that say something."""
    said = {name: str(value) for name, value in query.items() if value not in (None, "", False)}
    return f"/console{path}" + (f"?{urlencode(said)}" if said else "")


def _numbered(call: Call, number: int) -> str:
    """The same list, another part of it."""
    asked = {key: value for key, value in call.request.query_params.items() if key not in ("page", "done")}
    return addressed(call.request.url.path.removeprefix("/console"), **asked, page=number)


def local(utc: str | None) -> str:
    """2026-11-26 09:30, in Asia/Shanghai; a dash for nothing."""
    moment = _moment(utc)
    return "—" if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def day(iso: str | None) -> str:
    try:
        found = date.fromisoformat(iso or "")
    except ValueError:
        return "—"
    return f"{found.month}月{found.day}日"


def ago(utc: str | None) -> str:
    """刚刚, 5 分钟前, 3 小时前, 12 天前."""
    moment = _moment(utc)
    if moment is None:
        return "从未"
    passed = datetime.now(UTC) - moment
    if passed < timedelta(minutes=1):
        return "刚刚"
    if passed < timedelta(hours=1):
        return f"{int(passed.total_seconds() // 60)} 分钟前"
    if passed < timedelta(days=1):
        return f"{int(passed.total_seconds() // 3600)} 小时前"
    return f"{passed.days} 天前"


def masked(name: str | None) -> str:
    """张*国: enough to speak of somebody, not enough to know who."""
    text = (name or "").strip()
    if not text:
        return "—"
    return text[0] + "*" * max(1, len(text) - 2) + (text[-1] if len(text) > 2 else "")


def _moment(utc: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(utc or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _versioned(name: str) -> str:
    """A browser may keep it for ever: another content has another address."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/console/static/{name}?v={digest}"
