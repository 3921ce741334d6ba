"""Problems of recordings: status, title, what it means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RECORDINGS: Final[Mapping[str, tuple[int, str, str, str]]] = {
    "recording-unknown": (
        409,
        "没有这段录音",
        "平台没有收到这段录音，或它已属于另一件投诉；请先提交录音，再提交投诉。",
        "The platform has no such recording, or it belongs to another complaint; hand it over first.",
    ),
    "recording-type": (
        415,
        "不是录音文件",
        "录音只收 audio/wav，请按接口文档提交。",
        "A recording is sent as audio/wav.",
    ),
    "recording-digest": (
        422,
        "录音与校验值不符",
        "缺少 Content-Digest 的 sha-256 校验值，或录音在途中变了，请重新提交。",
        "The sha-256 in Content-Digest is missing, or the recording has changed on its way; send it again.",
    ),
    "recording-format": (
        422,
        "录音格式不符",
        "录音应为完整的 WAV，16 kHz、16 位、单声道。",
        "A recording is a whole WAV of 16 kHz, 16-bit, mono.",
    ),
}
