"""What leaves the terminal for a technician: test pages, and a log in which nobody is found.

The log is a ZIP of JSON lines: the kept log, the audit chain, the diagnostic records.  Every line is checked
against the list of what may be written at all once more while it is packed.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assets.typesetting import MM, Block, Framed, Gap, Heading, Pairs, Qr, Rule, Style, Text, pages, roll
from devices.contract import Capability, Fault
from kiosk.log import kept_files, masked_line
from kiosk.technician import machine
from kiosk.technician.books import Books
from kiosk.technician.names import moment

if TYPE_CHECKING:
    from kiosk.delivery.store import Store
    from kiosk.settings import Settings

_BATCH: Final = 1000
_SAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_ENDINGS: Final = {"report": "pdf", "log": "zip"}
_STRIPES: Final = 6


def file_name(terminal_id: str, kind: str) -> str:
    """``kiosk-report-PDS-01-20261124T022400Z.pdf``."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    safe = _SAFE.sub("-", terminal_id).strip("-.") or "terminal"
    return f"kiosk-{kind}-{safe}-{stamp}.{_ENDINGS[kind]}"


# --- test pages -----------------------------------------------------------------------------------------


def test_page(settings: Settings, role: Capability, device: str) -> bytes:
    """A page that shows whether everything prints: small type, rare characters, lines, black, a code."""
    now = moment(datetime.now(UTC).timestamp())
    rows = (("终端", settings.terminal.id), ("设备", device), ("时间", now))
    if role is Capability.RECEIPT:
        return roll(tuple(_sample(rows, 10.5)), title="测试页")
    return pages(tuple(_sample(rows, 13.0)), title="测试页", footer=f"测试页　{settings.terminal.id}　{now}")


def _sample(rows: tuple[tuple[str, str], ...], size: float) -> Iterator[Block]:
    body = Style(size, size * 1.5)
    yield Heading("测试页 Test page", size * 1.8, "center")
    yield Pairs(rows, style=body, label=body)
    yield Rule(0.75)
    yield Text("大字 ABC 0123456789", Style(size * 1.6, size * 2.3, bold=True))
    yield Text("小字：办件编号 410402 受理通知书 喆 𠮷 The quick brown fox 1234567890", Style(9.0, 13.5))
    yield Rule(0.5, dash=3.0)
    for number in range(1, _STRIPES + 1):
        yield Rule(number * 0.5, before=3, after=3)
    yield Gap(6)
    yield Framed((Text("四边的框都完整，没有断线、漏点和发灰", body),))
    yield Gap(6)
    yield Qr("KIOSK TEST PAGE", 25.0, "center")
    yield Text("请用手机扫码，应显示 KIOSK TEST PAGE", Style(9.0, 13.5, align="center"))
    yield Gap(2 * MM)


# --- the log --------------------------------------------------------------------------------------------


def log_bundle(settings: Settings, store: Store, log_folder: Path) -> bytes:
    """The masked log as a ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {
            "terminal": settings.terminal.id,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": machine.versions(),
        }
        archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        parts = {
            "log": _log_lines(log_folder),
            "audit": _audit_lines(store),
            "diagnostics": _record_lines(store),
        }
        for name, lines in parts.items():
            archive.writestr(f"{name}.jsonl", "".join(f"{line}\n" for line in lines))
    return packed.getvalue()


def _log_lines(folder: Path) -> Iterator[str]:
    for path in kept_files(folder):
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                masked = masked_line(line)
                if masked is not None:
                    yield masked


def _audit_lines(store: Store) -> Iterator[str]:
    """As written, digests included, so that the chain can be checked elsewhere."""
    after = 0
    while True:
        rows = store.read(
            "SELECT seq, at, event, keys, digest FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, _BATCH),
        )
        if isinstance(rows, Fault) or not rows:
            return
        for seq, at, event, keys, digest in rows:
            after = seq
            row = {"seq": seq, "at": at, "event": event, "keys": keys, "digest": digest.hex()}
            yield json.dumps(row, ensure_ascii=False)


def _record_lines(store: Store) -> Iterator[str]:
    for record in Books(store).records():
        yield json.dumps(asdict(record), ensure_ascii=False)
