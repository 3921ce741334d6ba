"""The pages that QR codes lead to: where a case stands, and a guide to take along.  No person is in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from kiosk.matters.guide import basis_text, elements
from kiosk.matters.models import Matter
from kiosk.server.context import SHANGHAI

_STYLE = """
body{margin:0;background:#F4F6F9;color:#101828;font:18px/1.6 system-ui,"Noto Sans SC",sans-serif}
header{background:#0A2F66;color:#fff;padding:20px 24px;font-size:22px;font-weight:700}
main{max-width:640px;margin:24px auto;padding:0 24px}
section{background:#fff;border-radius:16px;padding:20px 24px}
h1{font-size:28px;margin:0 0 4px}h1+p{margin:0 0 16px;color:#3F4B5C}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0}
dt{color:#3F4B5C}dd{margin:0;overflow-wrap:anywhere;white-space:pre-line}
dl.stacked{display:block}.stacked dt{margin-top:16px;font-weight:700}
footer{max-width:640px;margin:0 auto;padding:0 24px 32px;color:#3F4B5C;font-size:16px}
"""


def case_page(answer: Mapping[str, Any]) -> str:
    """``answer`` is a case as the platform answers it; its result, papers and materials stay out."""
    state = answer["state_text"]
    rows = [
        ("事项 Matter", answer["task_name"]),
        ("办件编号 Case", answer["project_no"]),
        ("凭条流水号 Slip", answer["serial"]),
        ("收件时间 Received", local_time(answer["received_at"])),
    ]
    if answer["accepted_at"]:
        rows.append(("受理时间 Accepted", local_time(answer["accepted_at"])))
    if answer["promised_by"]:
        rows.append(("承诺办结 Promised by", answer["promised_by"]))
    if answer["reason"]:
        rows.append(("说明 Reason", f"{answer['reason']['zh']} {answer['reason']['en']}"))
    waiting = len(answer["supplements"]) + len(answer["owed"])
    if waiting:
        rows.append(("待交材料 To hand in", f"{waiting} 项，详见凭条 (see your slip)"))
    return _page(state["zh"], state["en"], rows)


def guide_page(matter: Matter) -> str:
    """The published guide: all 26 elements of Article 7, to read on a telephone."""
    rows = [
        (f"{element.number}. {element.zh} {element.en}", "\n".join(element.paragraphs) or "—")
        for element in elements(matter)
    ]
    return _page(matter.plain_name.zh, matter.plain_name.en, rows, title="办事指南", stacked=True)


def notice_page(matter: Matter, missing: tuple[str, ...]) -> str:
    """What is missing and where it comes from: the one-time notice, without whom it was given to."""
    rows = []
    for material in matter.guide.materials:
        if material.code not in missing:
            continue
        told = [f"从哪里来 Source：{material.issuer}"] if material.issuer else []
        if material.owing is not None:
            told += [material.owing.how.zh, material.owing.how.en]
        told += [f"依据 Basis：{basis_text(each)}" for each in material.basis]
        rows.append((f"{material.name.zh} {material.name.en}", "\n".join(told)))
    rows.append(("咨询 Advice", "12345"))
    return _page(matter.plain_name.zh, matter.plain_name.en, rows, title="一次性告知", stacked=True)


def unknown_page() -> str:
    return _page(
        "暂未查到",
        "Not found yet",
        [
            ("可能的原因 Why", "编号有误，或申请仍保存在自助终端上，恢复联网后会自动送达。"),
            ("", "The number may be wrong, or the terminal still keeps the application and sends it later."),
        ],
    )


def _page(
    heading: str,
    english: str,
    rows: list[tuple[str, str]],
    title: str = "办件查询",
    stacked: bool = False,
) -> str:
    """``stacked``: long texts stand below their labels, not beside them."""
    listed = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in rows)
    opening = '<dl class="stacked">' if stacked else "<dl>"
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{title}</title>"
        f"<style>{_STYLE}</style></head><body><header>政务服务 {title}（演示平台）</header>"
        f'<main><section><h1>{escape(heading)}</h1><p lang="en">{escape(english)}</p>'
        f"{opening}{listed}</dl></section></main>"
        "<footer>咨询电话 12345。本页不含个人信息。No personal data is shown here.</footer></body></html>"
    )


def local_time(utc: str) -> str:
    return datetime.fromisoformat(utc).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
