"""What a technician is told about a module, and what the driver does about one that is unfit or slow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import Check, Deadline, DeviceState, IdentityDocument, IdentityFailed, IdentityRead
from devices.identity import photo
from devices.identity.samv import SamvDriver, SamvOptions
from devices.supervisor import Supervisor
from devices.virtual.identity_card import IdentityCard
from devices.virtual.samv_module import Habits, SamvModule
from tests.devices.identity.recorder import Recorder
from tests.devices.waiting import wait_until

CARD = IdentityCard(name="某人", number="11010519491231002X")


class Bench:
    def __init__(self, folder: Path, **options: object) -> None:
        self.module = SamvModule(Habits(), folder / "reader")
        self.recorder = Recorder()
        settings = SamvOptions.model_validate({"port": str(folder / "reader"), **options})
        self.driver = SamvDriver("reader", self.recorder.emit, settings)
        self.supervisor = Supervisor(self.driver)

    def start(self) -> None:
        self.module.start()
        self.supervisor.start()
        self.recorder.wait_for_status(lambda status: status.state is DeviceState.ONLINE)

    def test(self) -> dict[str, Check]:
        return {check.name: check for check in self.supervisor.self_test(Deadline(10))}

    def close(self) -> None:
        self.supervisor.stop()
        self.module.stop()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_a_good_module_tells_line_answer_status_and_number(bench: Bench) -> None:
    bench.start()
    checks = bench.test()
    assert [(name, check.passed) for name, check in checks.items()] == [
        ("line", True),
        ("answer", True),
        ("status", True),
        ("number", True),
        ("find", True),
    ]
    assert "115200 baud" in checks["line"].detail
    assert checks["number"].detail == "05.01-20240101-0000000555-1234567890"


@pytest.mark.parametrize(("word", "code"), [(0x60, "samv.self_test_failed"), (0x66, "samv.not_authorised")])
def test_an_unfit_module_fails_its_status_and_says_whether_a_reset_helped(
    bench: Bench, word: int, code: str
) -> None:
    bench.start()
    bench.module.habits.status_words = {"status": (0, 0, word)}
    checks = bench.test()
    fault = checks["status"].fault
    assert fault is not None
    assert (checks["status"].passed, fault.code, checks["reset"].passed) == (False, code, False)
    assert "reset" in bench.module.commands


def test_a_module_that_is_unfit_only_for_cards_fails_its_test(bench: Bench) -> None:
    bench.start()
    bench.module.habits.status_words = {"find": (0, 0, 0x66)}
    failed = [check for check in bench.test().values() if not check.passed]
    assert [(check.name, check.fault and check.fault.code) for check in failed] == [
        ("find", "samv.not_authorised")
    ]
    bench.module.habits.status_words = {"find": (0, 0, 0x31)}  # the card's fault, not the module's
    assert all(check.passed for check in bench.test().values())


def test_a_module_that_hangs_up_or_falls_silent_fails_the_test(bench: Bench) -> None:
    bench.start()
    bench.module.habits.mute = True
    checks = bench.test()
    assert not list(checks.values())[-1].passed
    bench.module.habits.mute = False
    bench.module.hang_up()
    wait_until(lambda: bench.driver.status.state is DeviceState.NO_DEVICE)
    fault = bench.test()["open"].fault
    assert fault is not None
    assert fault.code.startswith("serial.port_")


def test_a_module_that_only_woke_up_badly_is_reset_and_used(bench: Bench) -> None:
    bench.module.unfit_until_reset = True
    bench.start()
    assert bench.driver.status.fault is None


def test_a_slow_module_is_set_to_the_configured_rate_where_that_is_wished(tmp_path: Path) -> None:
    bench = Bench(tmp_path, sets_baud=True)
    bench.module.habits.minds_baud = True
    bench.module.habits.baud = 9600
    bench.start()
    assert "115200 baud" in bench.driver.status.detail
    assert bench.module.habits.baud == 115200
    bench.close()


def test_a_module_that_knows_only_the_read_with_fingerprint_is_read_without_it(bench: Bench) -> None:
    bench.module.habits.status_words = {"read": (0, 0, 0x21)}
    bench.module.habits.fingerprint = bytes(1024)
    bench.start()
    bench.module.present(CARD)
    bench.driver.arm()
    assert bench.recorder.document().name == CARD.name
    assert bench.driver.counters["reads"] == 1


def test_a_card_that_lay_there_over_a_loss_of_power_is_not_read_for_the_next_citizen(bench: Bench) -> None:
    bench.start()
    bench.module.present(CARD)
    bench.driver.arm()
    bench.recorder.document()
    bench.module.hang_up()
    wait_until(lambda: bench.driver.status.state is DeviceState.NO_DEVICE)
    bench.module.plug_in()
    wait_until(lambda: bench.driver.status.state is DeviceState.ONLINE)
    bench.recorder.forget()
    bench.driver.arm()
    assert bench.recorder.fault().code == "card.left_behind"
    assert not bench.recorder.of(IdentityRead)
    module = bench.module  # a hand is slower than the question whether the card still lies there
    wait_until(lambda: module.commands[-1] == "find" and module.replies == len(module.commands))
    bench.module.lift()
    bench.module.present(CARD)
    assert bench.recorder.wait_for(IdentityRead).document.name == CARD.name
    assert len(bench.recorder.of(IdentityFailed)) == 1


def test_failures_are_counted_by_their_code(bench: Bench) -> None:
    bench.start()
    bench.module.present(replace(CARD, valid_from="20000101", valid_until="20100101"))
    bench.driver.arm()
    bench.recorder.fault()
    assert bench.driver.counters == {"fault:card.expired": 1}


# --- the photo --------------------------------------------------------------------------------------------


def test_without_a_plug_in_there_is_no_photo() -> None:
    document = IdentityDocument("samv", "resident", "某人", "1", photo=bytes(1024))
    assert photo.decoder() is None
    assert photo.with_photo_as_wanted(document).photo == b""
    assert photo.picture_of(document) is None


@pytest.mark.parametrize("plug_in", ["good", "raises", "not_there"])
def test_a_plug_in_is_found_and_its_faults_stay_its_own(tmp_path: Path, plug_in: str) -> None:
    """A real installed distribution, in a process of its own."""
    info = tmp_path / "wlt-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wlt\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[kiosk.photo]\nwlt = wlt_plug_in:{plug_in}\n")
    (tmp_path / "wlt_plug_in.py").write_text(
        "def good(raw): return b'PNG' + raw[:3]\ndef raises(raw): raise ValueError(raw)\n"
    )
    script = (
        "import json; from devices.contract import IdentityDocument; from devices.identity import photo\n"
        "document = IdentityDocument('samv', 'resident', 'x', '1', photo=b'WLf' + bytes(1021))\n"
        "picture = photo.picture_of(document)\n"
        "print(json.dumps([picture and picture.decode(), len(photo.with_photo_as_wanted(document).photo)]))"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{script}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    expected = {"good": ["PNGWLf", 1024], "raises": [None, 1024], "not_there": [None, 0]}[plug_in]
    assert json.loads(done.stdout) == expected
    assert "\\x00" not in done.stderr
