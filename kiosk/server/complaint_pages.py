"""The page on which a telephone complains (Articles 26 and 28), and the one that tells how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from kiosk.server.phone_pages import BOTH, Told, form, page, told_block

HEADING: Final[BOTH] = ("投诉和建议", "Complaints and suggestions")
MOST_CHARACTERS: Final = 1500
REASONS: Final[Mapping[str, BOTH]] = {
    "machine": ("自助终端不好用或坏了", "The machine works badly"),
    "unclear": ("材料或流程说不清", "Papers or steps are unclear"),
    "slow": ("办得太慢", "Too slow"),
    "attitude": ("服务态度", "How people were treated"),
    "fee": ("收费", "Fees"),
    "other": ("其他", "Something else"),
}
STATES: Final[Mapping[str, BOTH]] = {
    "open": ("已登记，等待处理", "Registered, waiting to be taken up"),
    "mine": ("正在处理", "Being dealt with"),
    "done": ("已处理完", "Dealt with"),
}
_LABELS: Final[Mapping[str, BOTH]] = {
    "text": ("请写清楚什么事、什么时候", "What happened, and when"),
    "phone": ("电话（可不填；想听回复请填）", "Telephone (optional; for an answer)"),
    "project_no": ("办件编号（可不填，在凭条上）", "Case number (optional, on your slip)"),
}
_LONG: Final = f"写得太长，最多 {MOST_CHARACTERS} 个字，请删减"
_LONG_EN: Final = f"Please shorten the text to {MOST_CHARACTERS} characters."
WRONG: Final[Mapping[str, BOTH]] = {
    "text": ("请写一写是什么事，或者至少勾选一项", "Please say what happened, or tick one of the boxes"),
    "long": (_LONG, _LONG_EN),
    "phone": (
        "电话应当是 7 到 12 位数字，请核对",
        "The telephone number has 7 to 12 digits; please check it",
    ),
    "project_no": (
        "办件编号只有数字和字母，请照凭条核对，或者不填",
        "A case number has digits and letters only; compare it with your slip, or leave it out",
    ),
}


@dataclass(frozen=True, repr=False)
class Filled:
    """What stands in the form."""

    text: str = ""
    reasons: tuple[str, ...] = ()
    phone: str = ""
    project_no: str = ""
    terminal: str = ""
    once: str = ""
    wrong: Sequence[str] = field(default=())


def complaint_page(filled: Filled, told: Told | None = None) -> str:
    boxes = "".join(
        f'<label class="box"><input type="checkbox" name="reason" value="{code}"'
        f"{' checked' if code in filled.reasons else ''}>"
        f'<span>{escape(zh)} <span lang="en">{escape(en)}</span></span></label>'
        for code, (zh, en) in REASONS.items()
    )
    parts = [
        f'<fieldset><legend>哪里不满意<span lang="en">What went wrong</span></legend>{boxes}</fieldset>',
        _labelled("text", filled)
        + f'<textarea id="text" name="text" rows="7" autocomplete="off"{_wrong("text", filled)}>'
        f"\n{escape(filled.text)}</textarea>",
        _labelled("phone", filled)
        + f'<input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="20" '
        f'value="{escape(filled.phone)}"{_wrong("phone", filled)}>',
        _labelled("project_no", filled)
        + f'<input id="project_no" name="project_no" type="text" autocomplete="off" maxlength="60" '
        f'value="{escape(filled.project_no)}"{_wrong("project_no", filled)}>',
    ]
    hidden = {"once": filled.once, "terminal": filled.terminal}
    return page(
        HEADING,
        (
            "不用登录，可以不留姓名。提交后给您一个编号，凭编号查处理情况。说话更方便的，请拨打 12345。",
            "No login and no name needed. You get a number to follow it with. To speak, call 12345.",
        ),
        [_summary(filled, told), form(parts, ("提交", "Send"), hidden)],
        footer=(
            "您写的内容和电话只用于处理这件事。紧急情况请拨打 12345。",
            "What you write is used for this matter only.",
        ),
    )


def _summary(filled: Filled, told: Told | None) -> str:
    """What is wrong, in the same words as beside the fields, each leading there."""
    if told is not None:
        return told_block(told)
    if not filled.wrong:
        return ""
    lines = "".join(
        f'<p><a href="#{_field(code)}">{escape(WRONG[code][0])}</a></p>'
        f'<p class="en" lang="en">{escape(WRONG[code][1])}</p>'
        for code in filled.wrong
    )
    return f'<div class="told wrong" id="told" role="alert">{lines}</div>'


def _field(code: str) -> str:
    return "text" if code == "long" else code


def _labelled(name: str, filled: Filled) -> str:
    zh, en = _LABELS[name]
    errors = [WRONG[code] for code in filled.wrong if _field(code) == name]
    told = "".join(
        f'<span class="error" id="{name}-error">{escape(zh)} {escape(en)}</span>' for zh, en in errors
    )
    return f'<label for="{name}">{escape(zh)}<span lang="en">{escape(en)}</span>{told}</label>'


def _wrong(name: str, filled: Filled) -> str:
    if any(_field(code) == name for code in filled.wrong):
        return f' aria-invalid="true" aria-describedby="{name}-error"'
    return ""


def state_page(number: str, state: str, received: str, deadline: str) -> str:
    """Where it stands; of what was said and by whom nothing."""
    zh, en = STATES[state]
    rows = [("登记时间", "Registered", received), ("处理期限", "To be dealt with by", deadline)]
    listed = "".join(
        f'<dt>{label} <span lang="en">{english}</span></dt><dd>{escape(value)}</dd>'
        for label, english, value in rows
    )
    return page(
        HEADING,
        None,
        [
            f'<div class="told {"good" if state == "done" else ""}" role="status"><p>{zh}</p>'
            f'<p class="en" lang="en">{en}</p></div>',
            '<p>编号（请截屏或记下来）<span class="en" lang="en"> Your number, keep a picture</span></p>'
            f'<p class="number">{escape(number)}</p><dl>{listed}</dl>',
        ],
        footer=(
            "以后再打开这个网页，就能看到处理到哪一步。也可以拨打 12345，报编号查询。",
            "Open this page again to see how it stands, or call 12345 and tell the number.",
        ),
    )


def unknown_page() -> str:
    return page(
        HEADING,
        None,
        [
            '<div class="told wrong" role="alert"><p>没有查到这个编号，请核对后再试。</p>'
            '<p class="en" lang="en">There is no such number; please check it.</p></div>'
        ],
    )
