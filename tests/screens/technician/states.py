"""Every technician's page in its variants, as states: what pictures and layout tests are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from devices.contract import Check, Fault, Supply
from kiosk.settings_sections import NearbySettings
from kiosk.technician import calibration, cards
from kiosk.technician.state import (
    Calibration,
    DeviceCard,
    Entry,
    Export,
    ExportPlace,
    Hearing,
    NetworkStep,
    NotTaken,
    Phase,
    Pushed,
    Reading,
    TechnicianState,
    TestRecord,
    UnknownPart,
    View,
)
from screens.technician.site import Site

AT: Final = "2026-11-24T02:20:00.000+00:00"
SINCE: Final = 1_795_486_200.0  # 2026-11-24 10:10 in Shanghai
BY: Final = "王师傅"

SITE: Final = Site(
    nearby=(
        NearbySettings(name="湛河区政务服务中心 24小时自助区", address="湛河区新南环路西段6号", metres=1200),
        NearbySettings(
            name="新华区便民服务中心", address="新华区体育路18号一楼大厅", hours="每天8:00–20:00", metres=2600
        ),
        NearbySettings(name="建设银行光明路支行自助区", address="新华区光明路中段"),
    ),
)


def test(device: str, passed: bool | None = True, *checks: Check, kind: str = "self_test") -> TestRecord:
    return TestRecord(device, kind, BY, AT, passed, checks)


READER: Final = DeviceCard(
    name="身份证阅读器",
    driver="samv",
    capabilities=("resident_card",),
    state="online",
    since=SINCE,
    detail="模块号 05.01-20231225-0004183926-1234567890, 115200 baud",
    card="absent",
    counters={"reads": 128, "fault:samv.card_removed": 3},
    last_test=test(
        "身份证阅读器", True, Check("line", True, "115200 baud"), Check("module", True, "0004183926")
    ),
)
SOCIAL: Final = DeviceCard(
    name="社保卡读卡器",
    driver="social_security",
    capabilities=("social_security_card",),
    state="online",
    since=SINCE,
    detail="ACS ACR39U ICC Reader 00 00",
    card="absent",
    counters={"reads": 17},
)
SCANNER: Final = DeviceCard(
    name="扫码器",
    driver="serial_scanner",
    capabilities=("code",),
    state="online",
    since=SINCE,
    detail="/dev/serial/by-id/usb-example-scanner",
    counters={"codes": 41},
    last_test=test("扫码器", True, Check("line", True, "9600 baud")),
)
SLIPS: Final = DeviceCard(
    name="凭条打印机",
    driver="escpos",
    capabilities=("receipt",),
    state="online",
    since=SINCE,
    detail="EPSON TM-T82, 10.02 ESC/POS",
    paper="full",
    supply=Supply("mm", 80_000, 52_300, 8_000),
    counters={"jobs": 201, "pages": 201},
    last_test=test("凭条打印机", True, Check("paper", True), kind="test_print"),
    is_printer=True,
)
SHEETS: Final = DeviceCard(
    name="A4打印机",
    driver="cups",
    capabilities=("document",),
    state="online",
    since=SINCE,
    detail="ipp://localhost/printers/kiosk",
    paper="full",
    counters={"jobs": 77, "pages": 102, "failed_jobs": 2},
    is_printer=True,
)
MICROPHONE: Final = DeviceCard(
    name="麦克风",
    driver="microphone",
    capabilities=("microphone",),
    state="online",
    since=SINCE,
    detail="plughw:CARD=Device,DEV=0",
    counters={"recordings": 12},
    last_test=test("麦克风", True, Check("voice", True, "-62 … -14 dBFS"), kind="voice_test"),
)
STUCK: Final = DeviceCard(
    name="触摸屏",
    driver="touch_panel",
    capabilities=(),
    state="online",
    since=SINCE,
    fault="touch.stuck",
    cause="x 34 %, y 81 %",
)
NO_READER: Final = replace(
    READER,
    state="offline",
    fault="samv.no_answer",
    cause="no answer at 115200, 57600, 38400, 9600",
    card=None,
    last_test=test("身份证阅读器", False, Check("answer", False, "", Fault("samv.no_answer"))),
)
JAMMED: Final = replace(SLIPS, state="user_error", fault="printer.paper_jam", paper="jammed")
LOW: Final = replace(SLIPS, paper="low", supply=Supply("mm", 80_000, 6_200, 8_000))
GOOD: Final = (READER, SOCIAL, SCANNER, SLIPS, SHEETS)
UNKNOWN: Final = (
    UnknownPart("serial", "/dev/ttyUSB3", "10c4", "ea60", "CP2102 USB to UART Bridge"),
    UnknownPart("pcsc", "Generic EMV Smartcard Reader 00 00"),
)


def _sorted(*given: DeviceCard) -> tuple[DeviceCard, ...]:
    return tuple(sorted(given, key=cards._badness))


ON: Final = TechnicianState(phase=Phase.ACTIVE, by=BY, cards=GOOD, touched_at=0.0)
AFAR: Final[dict[str, Any]] = {
    "out_of_service": True,
    "closed_by": "李主任",
    "closed_reason": "大厅今晚搬迁",
    "closed_by_platform": True,
}
BAD: Final = replace(ON, cards=_sorted(NO_READER, SOCIAL, SCANNER, LOW, SHEETS), unknown=UNKNOWN)


def _step(
    name: str, state: str, detail: str = "", fault: str | None = None, took: int | None = None
) -> NetworkStep:
    return NetworkStep(name, state, detail, fault, took)


WAY: Final = (
    _step("name", "passed", "zwfw.example.gov.cn = 203.0.113.7", took=12),
    _step("tcp", "passed", "203.0.113.7 port 443", took=23),
    _step("tls", "passed", "TLSv1.3, TLS_AES_256_GCM_SHA384, until Jan  5 09:00:00 2027 GMT", took=41),
    _step("platform", "passed", "https://zwfw.example.gov.cn 200", took=77),
    _step("time", "passed", "+1 s", took=0),
)
NO_TLS: Final = (
    *WAY[:2],
    _step("tls", "failed", "verification 10", "network.tls_expired", 38),
    _step("platform", "skipped"),
    _step("time", "skipped"),
)
MACHINE: Final = (
    Reading("disk", "18231 MiB"),
    Reading("memory", "2210 / 3914 MiB"),
    Reading("temperature", "52 °C"),
    Reading("clock", "2026-11-24T02:24:00Z"),
    Reading("queue", "0 / 0"),
    Reading("uptime", "2026-11-20T23:12:00Z"),
    Reading("version", "kiosk 0.1.0, Python 3.11.2, 6.1.0-28-amd64"),
    Reading("bundle", "6 8f2c11d09ab3"),
)
HOT: Final = (
    Reading("disk", "211 MiB", "machine.disk_full"),
    MACHINE[1],
    Reading("temperature", "88 °C", "machine.hot"),
    *MACHINE[3:],
)
PLACES: Final = (
    ExportPlace("export", "/var/lib/kiosk/export", 18231),
    ExportPlace("KINGSTON", "/media/kiosk/KINGSTON", 7211),
)
TOUCHED: Final = ((0.11, 0.89), (0.91, 0.89), (0.51, 0.49), (0.11, 0.09), (0.91, 0.09))


def at(view: View, state: TechnicianState = ON, **more: object) -> TechnicianState:
    return replace(state, view=view, **more)  # type: ignore[arg-type]


def entering(**more: object) -> TechnicianState:
    return TechnicianState(phase=Phase.ENTER_PENDING, entry=Entry(**more))  # type: ignore[arg-type]


PAGES: Final[dict[str, TechnicianState]] = {
    "entry": entering(card_possible=True),
    "entry-typed": entering(digits=4),
    "entry-wrong": entering(fault="technician.pin_wrong", tries_left=3),
    "entry-locked": entering(fault="technician.locked", locked_seconds=287),
    "entry-locked-card": entering(fault="technician.locked", locked_seconds=287, card_possible=True),
    "entry-card-unknown": entering(fault="technician.card_unknown", card_possible=True),
    "entry-nobody": entering(fault="technician.nobody_configured"),
    "leaving": TechnicianState(phase=Phase.EXIT_PENDING),
    "overview": ON,
    "overview-pushed": replace(ON, pushed=Pushed(12, AT, False, 13, AT)),
    "overview-stale": replace(ON, pushed=Pushed(12, AT, False, 0, AT, "bundle.expired")),
    "overview-edited": replace(
        ON,
        not_taken=NotTaken(
            "matters.edit_wrong",
            "24-driving-licence-renewal.yaml:118:9: amount_fen: 10yuan is no whole number [matter.value]",
        ),
    ),
    "overview-bad": BAD,
    "overview-jam": replace(ON, cards=_sorted(READER, SOCIAL, SCANNER, JAMMED, SHEETS)),
    "overview-low": replace(ON, cards=_sorted(READER, SOCIAL, SCANNER, LOW, SHEETS)),
    "overview-all-bad": replace(
        ON, cards=_sorted(*(replace(card, state="no_device", fault="device.hangs") for card in GOOD))
    ),
    "overview-platform": replace(ON, network=NO_TLS),
    "overview-touch": replace(ON, cards=_sorted(*GOOD, STUCK)),
    "overview-sound": replace(ON, sound_fault="sound.no_device"),
    "overview-bad-platform": replace(BAD, network=NO_TLS),
    "overview-test-failed": replace(
        ON,
        cards=_sorted(
            READER,
            SOCIAL,
            replace(
                SLIPS,
                last_test=test(
                    SLIPS.name,
                    False,
                    Check("print", False, "", Fault("printer.paper_out")),
                    kind="test_print",
                ),
            ),
        ),
    ),
    "overview-none": replace(ON, cards=()),
    "overview-closed": replace(ON, out_of_service=True),
    "overview-afar": replace(ON, **AFAR),
    "overview-idle": replace(BAD, idle_left=27),
    "overview-fault": replace(ON, fault="store.full"),
    "device": at(View.DEVICE, device=READER.name),
    "device-bad": at(View.DEVICE, BAD, device=READER.name),
    "device-testing": at(
        View.DEVICE, replace(ON, cards=(replace(READER, testing=True), *GOOD[1:])), device=READER.name
    ),
    "device-reading": at(View.DEVICE, device=READER.name, reading=READER.name),
    "device-printer": at(View.DEVICE, device=SLIPS.name),
    "device-printing": at(View.DEVICE, device=SLIPS.name, printing=SLIPS.name),
    "device-asks-paper": at(View.DEVICE, device=SLIPS.name, asks_paper=SLIPS.name),
    "device-microphone": at(
        View.DEVICE,
        replace(ON, cards=(*GOOD, MICROPHONE)),
        device=MICROPHONE.name,
        hearing=Hearing(MICROPHONE.name, 7, (0.1, 0.4, 0.8, 0.6, 0.2)),
    ),
    "device-touch": at(View.DEVICE, replace(ON, cards=_sorted(*GOOD, STUCK)), device=STUCK.name),
    "device-gone": at(View.DEVICE, device="?"),
    "network": at(View.NETWORK),
    "network-good": at(View.NETWORK, network=WAY),
    "network-bad": at(View.NETWORK, network=NO_TLS),
    "network-plain": at(View.NETWORK, network=(*WAY[:2], _step("tls", "skipped", "http"), *WAY[3:])),
    "network-running": at(
        View.NETWORK,
        network=(*WAY[:1], _step("tcp", "running"), *(_step(each.name, "waiting") for each in WAY[2:])),
    ),
    "machine": at(View.MACHINE, machine=MACHINE),
    "machine-bad": at(View.MACHINE, machine=HOT),
    "machine-measuring": at(View.MACHINE),
    "screen": at(View.SCREEN),
    "sound": at(View.SOUND),
    "sound-playing": at(View.SOUND, sound_state="playing"),
    "sound-played": at(View.SOUND, sound_state="played"),
    "keypad": at(View.KEYPAD),
    "calibration": at(View.CALIBRATION, calibration=Calibration(calibration.TARGETS, TOUCHED[:1])),
    "calibration-uneven": at(
        View.CALIBRATION,
        calibration=Calibration(calibration.TARGETS, fault="technician.calibration_uneven"),
    ),
    "calibration-trial": at(
        View.CALIBRATION,
        calibration=Calibration(calibration.TARGETS, TOUCHED, 1.2, confirm_seconds=11),
    ),
    "supplies": at(View.SUPPLIES, replace(ON, cards=(LOW, SHEETS))),
    "supplies-out": at(
        View.SUPPLIES,
        replace(ON, cards=(replace(SLIPS, state="user_error", fault="printer.paper_out", paper="out"),)),
    ),
    "supplies-none": at(View.SUPPLIES, replace(ON, cards=(READER,))),
    "service": at(View.SERVICE),
    "service-sure": at(View.SERVICE, service_asked=True),
    "service-back": at(View.SERVICE, out_of_service=True),
    "service-afar": at(View.SERVICE, **AFAR),
    "export": at(View.EXPORT, places=PLACES),
    "export-none": at(View.EXPORT),
    "export-running": at(View.EXPORT, places=PLACES, export=Export("report", "running")),
    "export-done": at(
        View.EXPORT,
        places=PLACES,
        export=Export("report", "done", "/media/kiosk/KINGSTON/kiosk-report-PDS-01-20261124T022400Z.pdf"),
    ),
    "export-failed": at(
        View.EXPORT, places=PLACES, export=Export("log", "failed", "", "technician.place_gone")
    ),
    "closed": TechnicianState(out_of_service=True),
}


class StillDesk:
    """A desk whose state the test sets; it keeps what the pages send."""

    def __init__(self) -> None:
        self.state = TechnicianState()
        self.sent: list[object] = []
        self.woken: Callable[[], None] = lambda: None

    def send(self, command: object) -> None:
        self.sent.append(command)

    def poll(self) -> bool:
        return False

    def crashed(self) -> None:
        self.state = TechnicianState()
