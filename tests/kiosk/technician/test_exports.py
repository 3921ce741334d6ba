from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from devices.contract import Capability, Check, Fault, Supply
from kiosk.audit.chain import AuditTrail
from kiosk.delivery.store import Store
from kiosk.log import KEPT_FILES, Log, kept_files, masked_line
from kiosk.settings import Settings
from kiosk.technician import exports, machine, places, sound
from kiosk.technician.books import Books
from kiosk.technician.cards import cards_of
from kiosk.technician.report import readiness_report
from kiosk.technician.state import DeviceCard, Reading, TestRecord, UnknownPart

NUMBER, NAME = "410402195503080019", "王建国"


def text_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_the_log_that_leaves_holds_nobody(tmp_path: Path, settings: Settings, store: Store) -> None:
    folder = tmp_path / "log"
    log = Log(io.StringIO())
    with log.kept_in(folder):
        log.info("device.status", device="扫码器", state="online", error=NAME, file=NUMBER)
    with (folder / "kiosk.log").open("a", encoding="utf-8") as file:  # somebody else has written there
        file.write(f"{NAME} {NUMBER}\n")
        file.write(json.dumps({"event": "x.y", "at": NAME, "device": NUMBER, "text": NAME}) + "\n")
        file.write('{"event": 1}\n[]\n\n\x00\n')
    AuditTrail(store).append("terminal.begin", version="1")
    Books(store).record("扫码器", "self_test", "甲", False, (Check("line", False, "9600 baud"),))
    packed = zipfile.ZipFile(io.BytesIO(exports.log_bundle(settings, store, folder)))
    everything = b"".join(packed.read(name) for name in packed.namelist()).decode()
    assert NAME not in everything and NUMBER not in everything
    lines = [json.loads(line) for line in packed.read("log.jsonl").decode().splitlines()]
    assert [line["event"] for line in lines] == ["device.status", "x.y"]
    assert lines[0]["device"] == "扫码器"
    assert json.loads(packed.read("diagnostics.jsonl"))["by"] == "甲"


def test_a_kept_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.log.KEPT_BYTES", 2000)
    log = Log(io.StringIO())
    with log.kept_in(tmp_path):
        for number in range(400):
            log.info("device.status", count=number)
    files = kept_files(tmp_path)
    assert len(files) <= KEPT_FILES
    assert sum(path.stat().st_size for path in files) < 2200 * KEPT_FILES
    last = files[-1].read_text("utf-8").splitlines() or files[-2].read_text("utf-8").splitlines()
    assert json.loads(last[-1])["count"] == 399


def test_a_full_disk_stops_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    log = Log(io.StringIO())
    with log.kept_in(tmp_path / "log"):
        log.info("device.status", count=1)
    assert masked_line("[" * 100_000) is None


@pytest.mark.parametrize("role", [Capability.RECEIPT, Capability.DOCUMENT])
def test_test_pages_say_where_and_what_they_are(settings: Settings, role: Capability) -> None:
    text = text_of(exports.test_page(settings, role, "某打印机"))
    assert "测试页" in text and "PDS-T-01" in text and "某打印机" in text


READER = DeviceCard(
    name="身份证阅读器",
    driver="samv",
    capabilities=("resident_card",),
    state="offline",
    since=1_795_486_200.0,
    fault="samv.no_answer",
    cause="no answer",
    detail="05.01-0004183926",
    counters={"reads": 128},
    last_test=TestRecord(
        "身份证阅读器", "self_test", "王师傅", "2026-11-24T02:20:00+00:00", False,
        (Check("answer", False, "", Fault("samv.no_answer")),),
    ),
)  # fmt: skip
PRINTER = replace(
    READER,
    name="凭条打印机",
    driver="escpos",
    capabilities=("receipt",),
    state="online",
    fault=None,
    supply=Supply("mm", 80_000, 41_000, 8_000),
    last_test=None,
    is_printer=True,
)


def test_the_readiness_report_has_every_device_and_its_newest_record(settings: Settings) -> None:
    pdf = readiness_report(
        settings=settings,
        cards=(READER, PRINTER),
        readings=(Reading("disk", "211 MiB", "machine.disk_full"), Reading("queue", "3 / 1")),
        unknown=(UnknownPart("serial", "/dev/ttyUSB3", "10c4", "ea60", "CP2102"),),
        tests={},
        out_of_service=True,
    )
    text = text_of(pdf).replace("\r\n", "").replace("\n", "")
    for said in (
        "没有就绪", "身份证阅读器", "凭条打印机", "samv.no_answer", "自检未通过", "王师傅", "从未测试",
        "05.01-0004183926", "处理步骤", "211 MiB", "3 / 1", "本机已停用", "/dev/ttyUSB3", "41000 / 80000",
        "签名",
    ):  # fmt: skip
        assert said in text, said


def test_a_ready_terminal_says_so(settings: Settings) -> None:
    good = replace(PRINTER, last_test=replace(READER.last_test, passed=True))  # type: ignore[type-var]
    pdf = readiness_report(
        settings=settings, cards=(good,), readings=(), unknown=(), tests={}, out_of_service=False
    )
    assert "已就绪" in text_of(pdf)
    assert cards_of((), {}) == ()


# --- folders ---------------------------------------------------------------------------------------------


def test_sticks_are_found_among_what_is_mounted(tmp_path: Path) -> None:
    stick = tmp_path / "media" / "MY STICK"
    stick.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    escaped = str(stick).replace(" ", "\\040")
    mounts.write_text(f"/dev/sdz9 {escaped} vfat rw 0 0\nproc /proc proc rw 0 0\nbroken\n", encoding="utf-8")
    assert places.export_places(None, mounts) == ()  # no stick's place, and no disk that says it is one
    found = places.export_places(stick, mounts)
    assert [(place.label, place.path) for place in found] == [("MY STICK", str(stick))]


def test_a_file_is_whole_or_not_there_and_never_over_another(tmp_path: Path) -> None:
    first = places.write_into(tmp_path, "a.pdf", b"one")
    second = places.write_into(tmp_path, "a.pdf", b"two")
    assert first == tmp_path / "a.pdf" and second == tmp_path / "a-2.pdf"
    assert (tmp_path / "a.pdf").read_bytes() == b"one"
    gone = places.write_into(tmp_path / "pulled", "a.pdf", b"x")
    assert isinstance(gone, Fault) and gone.code == "technician.place_gone"
    full = places.write_into(Path("/dev"), "x" * 300, b"x")
    assert isinstance(full, Fault)
    assert sorted(os.listdir(tmp_path)) == ["a-2.pdf", "a.pdf"]


# --- machine and sound -----------------------------------------------------------------------------------


def test_the_machine_tells_what_it_has(tmp_path: Path) -> None:
    memory = tmp_path / "meminfo"
    memory.write_text("MemTotal: 4000000 kB\nMemAvailable: 100000 kB\nNonsense\nHugePages: x\n")
    reading = machine._memory(memory)
    assert reading is not None and reading.fault == "machine.memory_low"
    zone = tmp_path / "thermal_zone0"
    zone.mkdir()
    (zone / "temp").write_text("91000\n")
    (tmp_path / "thermal_zone1").mkdir()
    (tmp_path / "thermal_zone1" / "temp").write_text("-274000\n")
    hot = machine._temperature(tmp_path)
    assert hot is not None and (hot.value, hot.fault) == ("91 °C", "machine.hot")
    assert machine._temperature(tmp_path / "none") is None
    assert machine._memory(tmp_path / "none") is None


def test_a_queue_that_waits_is_a_matter_for_the_technician(store: Store) -> None:
    def put(count: int, state: str) -> None:
        store.write(
            lambda connection: [
                connection.execute(
                    "INSERT INTO applications (key, serial, task_code, state, created, updated)"
                    " VALUES (?, 's', 't', ?, 'now', 'now')",
                    (f"{state}{number}", state),
                )
                for number in range(count)
            ]
        )

    assert [(each.value, each.fault) for each in machine._queue(store)] == [("0 / 0", None)]
    put(1, "set_aside")
    assert [each.fault for each in machine._queue(store)] == ["machine.set_aside"]
    put(machine.LONG_QUEUE + 1, "queued")
    assert [each.fault for each in machine._queue(store)] == ["machine.queue_long"]


def test_a_player_that_is_there_plays_and_one_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from devices.contract import Deadline

    player = tmp_path / "aplay"
    player.write_text('#!/bin/sh\nhead -c 4 "$1" > "$0.heard"\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(sound, "PLAYERS", ("aplay",))
    assert sound.play_test(Deadline(60)) is None
    assert (tmp_path / "aplay.heard").read_bytes() == b"RIFF"
    player.write_text("#!/bin/sh\nexit 3\n")
    failed = sound.play_test(Deadline(60))
    assert failed is not None and (failed.code, failed.cause) == (
        "technician.sound_failed",
        "aplay ended with 3",
    )
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    missing = sound.play_test(Deadline(60))
    assert missing is not None and missing.code == "technician.no_player"
