from __future__ import annotations

import os
import pty
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from devices.serial_port import PortFinder, SerialPort, UsbIdentity, open_port


@pytest.fixture
def pair() -> Iterator[tuple[int, str]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    os.close(slave)
    yield master, path
    try:
        os.close(master)
    except OSError:
        assert True  # the test has hung up


def opened(path: str) -> SerialPort:
    port = open_port(PortFinder(path), 9600)
    assert isinstance(port, SerialPort)
    return port


def code(result: object) -> str:
    assert isinstance(result, Fault)
    return result.code


def test_bytes_go_both_ways(pair: tuple[int, str]) -> None:
    master, path = pair
    port = opened(path)
    assert port.read(0.0) == b""
    os.write(master, bytes(range(256)))
    came = b""
    while len(came) < 256:
        piece = port.read(60.0)  # in as many pieces as the system likes
        assert isinstance(piece, bytes) and piece
        came += piece
    assert came == bytes(range(256))
    assert port.write(b"\x00\x03\x11\x13\xff\r\n", Deadline(60)) is None
    assert os.read(master, 100) == b"\x00\x03\x11\x13\xff\r\n"
    port.close()
    port.close()


def test_a_hang_up_is_a_fault_of_reading_and_of_writing(pair: tuple[int, str]) -> None:
    master, path = pair
    port = opened(path)
    os.close(master)
    assert code(port.read(1.0)) == "serial.port_lost"
    assert code(port.write(b"x", Deadline(60))) == "serial.port_lost"
    port.discard_output()
    port.close()
    assert code(port.read(0.0)) == "serial.port_lost"
    assert code(open_port(PortFinder(path), 9600)) == "serial.port_missing"


def test_a_port_belongs_to_one(pair: tuple[int, str]) -> None:
    port = opened(pair[1])
    assert code(open_port(PortFinder(pair[1]), 9600)) == "serial.port_busy"
    port.close()
    opened(pair[1]).close()


def test_writing_to_somebody_who_does_not_read_ends(pair: tuple[int, str]) -> None:
    port = opened(pair[1])
    assert code(port.write(bytes(1_000_000), Deadline(0.2))) == "serial.port_stalled"
    assert 0 < port.unsent_bytes < 1_000_000
    port.close()


def test_what_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert code(open_port(PortFinder(str(tmp_path / "nothing")), 9600)) == "serial.port_missing"
    assert code(open_port(PortFinder(str(tmp_path / "file")), 9600)) == "serial.port_missing"
    assert code(open_port(PortFinder("auto:FFFF:FFFE"), 9600)) == "serial.port_missing"


def test_a_device_that_is_no_terminal_is_opened_as_it_is() -> None:
    """As a USB printer's node is; /dev/null is a character device without line settings, too."""
    port = open_port(PortFinder("/dev/null"), 9600)
    assert isinstance(port, SerialPort)
    assert port.write(b"paper", Deadline(60)) is None
    port.close()


def test_a_glob_finds_one_and_guesses_between_none(tmp_path: Path, pair: tuple[int, str]) -> None:
    (tmp_path / "usb-scanner-a").symlink_to(pair[1])
    opened(str(tmp_path / "usb-scanner-*")).close()
    (tmp_path / "usb-scanner-b").symlink_to(pair[1])
    assert code(open_port(PortFinder(str(tmp_path / "usb-scanner-*")), 9600)) == "serial.port_ambiguous"


def test_a_usb_identity_without_serial_number_matches_any() -> None:
    plugged = UsbIdentity(0x1A86, 0x7523, "A1")
    assert UsbIdentity(0x1A86, 0x7523).matches(plugged)
    assert UsbIdentity(0x1A86, 0x7523, "A1").matches(plugged)
    assert not UsbIdentity(0x1A86, 0x7523, "A2").matches(plugged)
    assert not UsbIdentity(0x1A86, 0x7524).matches(plugged)
