"""What is plugged in and not configured is listed with what it says of itself, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from devices.device_set import DeviceSet
from devices.plugged_in import Part, pcsc_readers, usb_devices
from devices.unknown_parts import unknown_parts, unknown_ports, unknown_readers
from devices.virtual.pcscd import running_pcscd


class Bus:
    """USB devices as the kernel's sysfs shows them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def plug(self, place: str, vendor: str, model: str, classes: tuple[str, ...], **told: str) -> Path:
        device = self.root / place
        device.mkdir()
        values = {"idVendor": vendor, "idProduct": model, "bDeviceClass": "00", **told}
        for name, value in values.items():
            (device / name).write_text(f"{value}\n")
        for number, interface in enumerate(classes):
            folder = device / f"{place}:1.{number}"
            folder.mkdir()
            (folder / "bInterfaceClass").write_text(f"{interface}\n")
        return device


@pytest.fixture
def bus(tmp_path: Path) -> Bus:
    return Bus(tmp_path / "devices")


def test_usb_devices_are_listed_with_vendor_and_product_and_the_machines_own_are_not(bus: Bus) -> None:
    bus.plug("1-1", "0483", "5750", ("ff",), manufacturer="某厂", product="IDR210", serial="A1")
    bus.plug("1-2", "04e6", "5116", ("0b",), product="SCR3310")
    bus.plug("1-3", "1a86", "7523", ("ff",), product="USB Serial").joinpath("1-3:1.0", "ttyUSB0").mkdir()
    bus.plug("1-4", "0eef", "c002", ("03",), product="touch panel")
    bus.plug("1-5", "0781", "5567", ("08",), product="stick")
    bus.plug("1-6", "1d6b", "0002", ("09",), bDeviceClass="09", product="hub")
    (bus.root / "1-0:1.0").mkdir()
    assert usb_devices(bus.root) == [
        Part("usb", "1-1", "0483", "5750", "A1", "某厂 IDR210"),
        Part("usb", "1-2", "04e6", "5116", "", "SCR3310 (smart card reader)"),
    ]
    assert usb_devices(bus.root / "not there") == []


def test_a_printer_node_that_is_configured_is_known(bus: Bus) -> None:
    device = bus.plug("1-1", "04b8", "0e15", ("07",), product="TM-T88")
    (device / "1-1:1.0" / "usbmisc" / "lp0").mkdir(parents=True)
    reader = {"name": "x", "driver": "social_security"}
    assert [part.place for part in unknown_parts([reader], bus.root) if part.kind == "usb"] == ["1-1"]
    queue = {"name": "a4", "driver": "cups", "queue": "a4"}
    assert [part.place for part in unknown_parts([queue], bus.root) if part.kind == "usb"] == []
    for port, listed in (("/dev/usb/lp0", []), ("/dev/usb/lp1", ["1-1"])):
        entry = {"name": "slips", "driver": "escpos", "port": port}
        assert [part.place for part in unknown_parts([entry], bus.root) if part.kind == "usb"] == listed


def test_a_port_under_any_of_its_names_is_known(tmp_path: Path) -> None:
    master, slave = os.openpty()
    device = os.ttyname(slave)
    by_id = tmp_path / "usb-vendor_reader-if00-port0"
    by_id.symlink_to(device)
    port = Part("serial", device, "1a86", "7523", "", "QinHeng USB Serial")
    for name in (device, str(by_id), str(tmp_path / "usb-vendor_*")):
        assert unknown_ports([{"name": "x", "driver": "samv", "port": name}], [port]) == []
    assert unknown_ports([{"name": "x", "driver": "samv", "port": "/dev/ttyUSB7"}], [port]) == [port]
    os.close(slave)
    os.close(master)


def test_a_reader_that_no_pattern_means_is_listed() -> None:
    with running_pcscd() as fault:
        assert fault is None
        readers = pcsc_readers()
        assert isinstance(readers, list)
        entry = {"name": "cards", "driver": "social_security", "reader": "Virtual PCD 00 00"}
        assert [part.place for part in unknown_readers([entry], readers)] == ["Virtual PCD 00 01"]
        assert unknown_readers([{"name": "any", "driver": "social_security"}], readers) == []
        devices = DeviceSet.build([entry], lambda _event: None)
        assert isinstance(devices, DeviceSet)
        assert Part("pcsc", "Virtual PCD 00 01", description="Virtual PCD 00 01") in devices.unknown_parts()
