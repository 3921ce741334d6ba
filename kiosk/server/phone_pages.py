"""The pages that a telephone sees after a QR code of a terminal: they ask for a text and tell its fate.

Plain HTML without scripts.  Whatever somebody has typed comes back with the page that says what is wrong.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

STYLE: Final = """
body{margin:0;background:#F4F6F9;color:#101828;font:20px/1.6 system-ui,"Noto Sans SC",sans-serif}
header{background:#0A2F66;color:#fff;padding:16px 20px;font-weight:700}
main{max-width:640px;margin:0 auto;padding:20px}
h1{font-size:28px;line-height:1.35;margin:8px 0 0}
.en{color:#3F4B5C;font-size:18px;margin:0 0 16px}
.told{border:3px solid #6B788A;border-radius:16px;background:#fff;padding:16px 20px;margin:16px 0}
.told.wrong{border-color:#8F1A13;background:#FCE9E7;color:#8F1A13}
.told.good{border-color:#075A2F;background:#E3F4EA;color:#075A2F}
.told p{margin:0}
.number{font-size:24px;font-weight:700;white-space:nowrap}
.told a{color:inherit}
label,legend{display:block;font-weight:700;margin:20px 0 6px}
label span,legend span{display:block;font-weight:400;color:#3F4B5C;font-size:18px}
label .error{color:#8F1A13;font-weight:700;font-size:20px}
.box span{color:#101828;font-size:20px}.box span span{display:inline;color:#3F4B5C;font-size:18px}
dl{margin:16px 0}dt{color:#3F4B5C}dd{margin:0 0 12px;font-weight:700}
fieldset{border:0;margin:0;padding:0}
.box{display:flex;gap:14px;align-items:center;min-height:52px;font-weight:400;margin:0}
.box input{width:28px;height:28px;flex:none}
textarea,input[type=text],input[type=tel]{box-sizing:border-box;width:100%;font:inherit;color:inherit;
background:#fff;border:3px solid #6B788A;border-radius:12px;padding:12px}
button{width:100%;min-height:64px;margin:24px 0;border:0;border-radius:16px;background:#0B4A9E;color:#fff;
font:inherit;font-weight:700;font-size:22px}
:focus-visible{outline:4px solid #101828;outline-offset:3px}
footer{max-width:640px;margin:0 auto;padding:0 20px 32px;color:#3F4B5C;font-size:18px}
"""
_STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
BOTH = tuple[str, str]
"""A sentence in Chinese and in English."""


@dataclass(frozen=True)
class Told:
    """What a page says at its top: ``tone`` is wrong, good or empty."""

    words: BOTH
    tone: str = ""
    number: str = ""


SENT: Final = Told(
    (
        "已送到终端。请回到终端屏幕上核对，点“用这段文字”才会填入。手机上不会再保存。",
        "It has arrived. Check it on the terminal's screen and choose “Use this text” there. Nothing is kept "
        "here.",
    ),
    "good",
)
BEFORE: Final = Told(
    (
        "这段文字刚才已经收到，不用再发。请看终端屏幕。",
        "This text had arrived already; you need not send it again. Look at the terminal's screen.",
    ),
    "good",
)
OTHER: Final = Told(
    (
        "这个二维码只能用一次，已有一段文字送到终端；现在这一段没有送出。要改写，请在终端上再点“用手机写”，"
        "扫新的二维码。",
        "This code works once. A text has reached the terminal already; the present one was not sent. To "
        "write another, choose “Write on your phone” at the terminal again and scan the new code.",
    ),
    "wrong",
)
GONE: Final = Told(
    (
        "这个二维码已到期，或者终端那边已经结束，不能再写。要写，请在终端上再点“用手机写”，扫新的二维码。",
        "This code has expired, or the visit at the terminal is over. To write, choose “Write on your phone” "
        "at the terminal again and scan the new code.",
    ),
    "wrong",
)
NOT_SENT: Final = Told(
    (
        "没有送出：这个二维码已到期，或者终端那边已经结束。请在终端上再点“用手机写”，扫新的二维码。",
        "Not sent: this code has expired, or the visit at the terminal is over. Choose “Write on your phone” "
        "at the terminal again and scan the new code.",
    ),
    "wrong",
)
USED: Final = Told(
    (
        "这个二维码已经用过：有一段文字送到了终端，请看终端屏幕。要另写一段，请在终端上再点“用手机写”，扫新的"
        "二维码。",
        "This code was used: a text has reached the terminal; look at its screen. To write another, choose "
        "“Write on your phone” there again and scan the new code.",
    )
)
EMPTY: Final = Told(("请先写一些文字。", "Please write something first."), "wrong")
NOT_TEXT: Final = Told(
    (
        "收到的内容不是可以读的文字（应为 UTF-8 网页表单），没有送出。请用手机自带的浏览器重新扫码。",
        "What arrived is no readable text (a web form in UTF-8); it was not sent. Scan again with the "
        "phone's own browser.",
    ),
    "wrong",
)
TOO_MUCH: Final = Told(
    (
        "内容太长，没有收到。请返回上一页，删减后再发。",
        "That is far too much, and was not taken. Go back, shorten it, and send it again.",
    ),
    "wrong",
)
TOO_OFTEN: Final = Told(
    ("操作太频繁，请稍等一分钟再试。", "Too many tries. Please wait a minute and try again."), "wrong"
)


def too_long(count: int, most: int) -> Told:
    return Told(
        (
            f"现在有 {count} 个字，最多 {most} 个，没有送出。请删减后再发。",
            f"It has {count} characters; {most} are allowed. It was not sent. Please shorten it.",
        ),
        "wrong",
    )


def writing_page(most: int, text: str = "", told: Told | None = None) -> str:
    """Where the text is written."""
    area = (
        f'<label for="text">要填的文字<span lang="en">Your text, at most {most} characters</span></label>'
        f'<textarea id="text" name="text" rows="7" required autocomplete="off" '
        f'lang="zh-CN"{_described(told)}>{_area(text)}</textarea>'
    )
    return page(
        ("用手机写", "Write on your phone"),
        (
            f"写好后点“发送到终端”，最多 {most} 个字。",
            "Write, then send it to the terminal. It goes nowhere else.",
        ),
        [told_block(told), form([area], ("发送到终端", "Send to the terminal"))],
        footer=(
            "文字只送到您面前的终端，取走即删，十分钟后作废。请不要写密码。",
            "The text goes to the terminal in front of you only, is deleted when taken, and expires after "
            "ten minutes. Write no passwords.",
        ),
    )


def told_page(heading: BOTH, told: Told, text: str = "") -> str:
    """What became of it; ``text``: what was typed and not taken, to be copied."""
    own = ""
    if text:
        own = (
            '<label for="own">您写的文字（可复制）<span lang="en">What you wrote, to copy</span></label>'
            f'<textarea id="own" rows="7" readonly>{_area(text)}</textarea>'
        )
    return page(heading, None, [told_block(told), own])


def form(parts: Sequence[str], button: BOTH, hidden: Mapping[str, str] | None = None) -> str:
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (hidden or {}).items()
    )
    zh, en = button
    return (
        f'<form method="post" accept-charset="utf-8">{kept}{"".join(parts)}'
        f'<button type="submit">{escape(zh)} <span lang="en">{escape(en)}</span></button></form>'
    )


def page(heading: BOTH, lead: BOTH | None, parts: Sequence[str], footer: BOTH | None = None) -> str:
    below = footer or ("咨询电话 12345。", "For advice call 12345.")
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="format-detection" content="telephone=no">'
        f"<title>{escape(heading[0])} {escape(heading[1])}</title><style>{STYLE}</style></head>"
        f"<body><header>政务服务自助终端（演示平台）</header><main><h1>{escape(heading[0])}</h1>"
        f'<p class="en" lang="en">{escape(heading[1])}</p>{_both(lead) if lead else ""}{"".join(parts)}'
        f"</main><footer>{_both(below)}</footer></body></html>"
    )


def told_block(told: Told | None) -> str:
    if told is None:
        return ""
    role = "alert" if told.tone == "wrong" else "status"
    number = f'<p class="number">{escape(told.number)}</p>' if told.number else ""
    return f'<div class="told {told.tone}" id="told" role="{role}">{_both(told.words)}{number}</div>'


def _described(told: Told | None) -> str:
    wrong = told is not None and told.tone == "wrong"
    return ' aria-invalid="true" aria-describedby="told"' if wrong else ""


def _both(words: BOTH) -> str:
    return f'<p>{escape(words[0])}</p><p class="en" lang="en">{escape(words[1])}</p>'


def _area(text: str) -> str:
    """The first line break of a text area is the browser's: one more keeps the text's own."""
    return "\n" + escape(text)
