"""Jacks as the system shows them: a file, a listing of input devices with a pipe of events behind it."""

from __future__ import annotations

import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from devices.contract import Fault
from devices.sound.headphones import AlwaysIn, Ending, FileJack, Headphones, InputJack

PATIENCE_SECONDS = 120.0
EVENT = struct.Struct("llHHi")
LISTING = """\
I: Bus=0000 Vendor=0000 Product=0000 Version=0000
N: Name="HDA Intel PCH Mic"
H: Handlers=event6
B: EV=21
B: SW=10

I: Bus=0000 Vendor=0000 Product=0000 Version=0000
N: Name="HDA Intel PCH Front Headphone"
H: Handlers=event7
B: EV=21
B: SW=4
"""


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_file_tells_in_and_out(tmp_path: Path) -> None:
    told: list[bool] = []
    jack = tmp_path / "jack"
    headphones = Headphones(FileJack(jack), told.append, lambda _fault: None)
    headphones.start()
    wait(lambda: told == [False])  # what is not known counts as out
    jack.write_text("in\n")
    wait(lambda: told == [False, True])
    jack.unlink()
    wait(lambda: told == [False, True, False])
    headphones.stop()


def test_an_input_device_tells_by_its_switch(tmp_path: Path) -> None:
    (tmp_path / "devices").write_text(LISTING)
    os.mkfifo(tmp_path / "event7")
    told: list[bool] = []
    faults: list[Fault] = []
    headphones = Headphones(
        InputJack("*Headphone*", tmp_path / "devices", tmp_path), told.append, faults.append
    )
    headphones.start()
    wait(lambda: told == [False])
    pipe = os.open(tmp_path / "event7", os.O_WRONLY)
    plugged = EVENT.pack(0, 0, 5, 2, 1) + EVENT.pack(0, 0, 0, 0, 0)
    os.write(pipe, plugged[:10])  # events may come in pieces
    os.write(pipe, plugged[10:])
    wait(lambda: told == [False, True])
    os.write(pipe, EVENT.pack(0, 0, 5, 4, 1))  # the microphone's switch
    os.write(pipe, EVENT.pack(0, 0, 5, 2, 0))
    wait(lambda: told == [False, True, False])
    os.write(pipe, EVENT.pack(0, 0, 5, 2, 1))
    wait(lambda: told[-1])
    os.close(pipe)  # torn off: nothing private is risked
    wait(lambda: not told[-1])
    wait(lambda: [fault.code for fault in faults] == ["headphones.lost"])
    headphones.stop()


def test_who_waits_for_a_plug_hears_the_end(tmp_path: Path) -> None:
    (tmp_path / "devices").write_text(LISTING)
    os.mkfifo(tmp_path / "event7")
    told: list[bool] = []
    stopped = Ending()
    jack = InputJack("", tmp_path / "devices", tmp_path)
    thread = threading.Thread(target=lambda: jack.watch(told.append, stopped))
    thread.start()
    wait(lambda: told == [False])
    pipe = os.open(tmp_path / "event7", os.O_WRONLY)
    stopped.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    os.close(pipe)


def test_a_machine_without_a_jack_says_so_once(tmp_path: Path) -> None:
    (tmp_path / "devices").write_text(LISTING.replace("SW=4", "SW=10"))
    faults: list[Fault] = []
    told: list[bool] = []
    headphones = Headphones(InputJack("", tmp_path / "devices", tmp_path), told.append, faults.append)
    headphones.start()
    wait(lambda: bool(faults))
    assert [fault.code for fault in faults] == ["headphones.no_jack"]
    assert told == [False]
    headphones.stop()


def test_a_handset_is_always_in() -> None:
    told: list[bool] = []
    stopped = Ending()
    thread = threading.Thread(target=lambda: AlwaysIn().watch(told.append, stopped))
    thread.start()
    wait(lambda: told == [True])
    stopped.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
