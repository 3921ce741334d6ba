"""A whole hall on one machine: stand-in devices at the wire, and the embedded platform over real HTTP.

What ``kiosk demo`` and ``kiosk rehearse`` run on when no terminal file is given.  The terminal itself
does not know: it gets a ``terminal.toml`` that names ports, a reader, folders and a URL, as any other.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from devices.virtual.identity_card import IdentityCard
from devices.virtual.microphone import DEVICE as MICROPHONE
from devices.virtual.microphone import VirtualMicrophone
from devices.virtual.pcscd import running_pcscd
from devices.virtual.samv_module import SamvModule
from devices.virtual.scanner import VirtualScanner
from devices.virtual.social_security_card import Holder, SocialSecurityCard
from devices.virtual.stage import Stage
from kiosk.bundles.office import Office, demonstration_office
from kiosk.settings_sections import DEFAULT_MATTERS_FOLDER

PLATFORM_START_SECONDS: Final = 120.0  # on a busy machine; one that ends is noticed at once
PLATFORM_STOP_SECONDS: Final = 5.0
READER: Final = "Virtual PCD 00 00"
TECHNICIAN_PIN: Final = "271828"
"""Opens the technician's pages of the demonstration, and of nothing else."""
_PIN_HASH: Final = "scrypt$32768$8$1$v8HdBeXqhoEQYdX694LYqw$8ulPIXdjXgk6rrzal4JvLbABubvkCt15Da_kE3weUq4"

TERMINAL_TOML = """\
# Written by the virtual hall; every value is what a real terminal would have.
[terminal]
id = "PDS-DEMO-01"
name = "演示自助终端"
hall = "平顶山市政务服务大厅（演示）"

[platform]
url = "{url}"
timeout_seconds = 15

[storage]
path = "{folder}/terminal.sqlite"
key_file = "{folder}/device.key"

[display]
width = {width}
height = {height}
ppi = {ppi}
fullscreen = false

[sound]
headphones = "file"
headphones_file = "{folder}/headphones"

[maintenance]
export_folder = "{folder}/export"

[[technicians]]
name = "演示技术员"
pin = "{pin_hash}"

[[nearby]]
name = "湛河区政务服务中心 24小时自助区（演示）"
address = "新南环路西段"
metres = 1200

[[devices]]
name = "身份证阅读器"
driver = "samv"
port = "{folder}/samv"

[[devices]]
name = "社保卡读卡器"
driver = "social_security"
reader = "{reader}"

[[devices]]
name = "扫码器"
driver = "serial_scanner"
port = "{folder}/scanner"
protocol = "gm65"

[[devices]]
name = "凭条打印机"
driver = "file_printer"
folder = "{folder}/receipts"
role = "receipt"
roll_mm = 80000

[[devices]]
name = "A4打印机"
driver = "file_printer"
folder = "{folder}/documents"
role = "document"
tray_sheets = 250

[[devices]]
name = "麦克风"
driver = "microphone"
device = "{microphone}"
alsa_config = "{folder}/microphone/asound.conf"
"""

GROUP: Final = "demo"
PASS_PHRASE: Final = "only for demonstration"
BUNDLES_TOML: Final = """
[bundles]
url = "{url}/repository"
root = "{root}"
group = "{group}"
poll_seconds = 2
prove_seconds = 10
"""


def _begun(office: Office, matters: Path | None) -> Fault | None:
    config = matters.parent if matters is not None else DEFAULT_MATTERS_FOLDER.parent
    fault = demonstration_office(office, config, GROUP, PASS_PHRASE)
    return Fault(fault.code, fault.cause, fault.permanent) if fault is not None else None


class VirtualHall:
    """``with VirtualHall(folder) as hall``: devices and platform run inside the block."""

    def __init__(
        self,
        folder: Path,
        width: int = 1080,
        height: int = 1920,
        ppi: float = 102.0,
        matters: Path | None = None,
        office: Path | None = None,
        console: bool = False,
    ) -> None:
        """``matters``: a folder instead of the product's own.  ``office``: where bundles are made that the
        terminal follows; made if it is not there yet.  ``console``: accounts for the administrators' console
        are made, and told in ``console``; with an office of its own where none is given."""
        self.folder = folder.resolve()
        if console and office is None:  # what is approved there is to be seen here
            office = self.folder / "office"
        self.terminal_file = self.folder / "terminal.toml"
        self.faults: list[Fault] = []
        self.platform_url = ""
        self._display = (width, height, ppi)
        self.console: Mapping[str, Any] = {}
        self._matters = matters
        self._office = Office(office.resolve()) if office is not None else None
        self._with_console = console
        self._samv = SamvModule(link=self.folder / "samv")
        self._scanner = VirtualScanner(link=self.folder / "scanner")
        self._social_card: SocialSecurityCard | None = None
        self._platform: subprocess.Popen[str] | None = None
        self._stack = ExitStack()

    def __enter__(self) -> VirtualHall:
        try:
            return self._open()
        except BaseException:  # also when it is told to end meanwhile: the platform must not stay behind
            self._stack.close()
            raise

    def _open(self) -> VirtualHall:
        for name in ("receipts", "documents", "export"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self._office is not None and (fault := _begun(self._office, self._matters)):
            self.faults.append(fault)
            self._office = None
        self._stack.callback(self._stop_platform)
        self.platform_url = self._start_platform()
        self.microphone = VirtualMicrophone(self.folder / "microphone")
        self.microphone.speak()
        self._samv.start()
        self._stack.callback(self._samv.stop)
        self._scanner.plug_in()
        self._stack.callback(self._scanner.close)
        if fault := self._stack.enter_context(running_pcscd()):
            self.faults.append(fault)  # the reader stays configured; its driver says what is missing
        self._stack.callback(self.pull_social_card)
        width, height, ppi = self._display
        matters = f'\n[matters]\nfolder = "{self._matters.resolve()}"\n' if self._matters is not None else ""
        self.terminal_file.write_text(
            TERMINAL_TOML.format(
                url=self.platform_url,
                folder=self.folder,
                width=width,
                height=height,
                ppi=ppi,
                reader=READER,
                microphone=MICROPHONE,
                pin_hash=_PIN_HASH,
            )
            + matters
            + self._bundles(),
            encoding="utf-8",
        )
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    # --- what a person in the hall can do -----------------------------------------------------------

    def present(self, card: IdentityCard) -> None:
        """Lay a card of the resident family on the reader."""
        self._samv.present(card)

    def lift(self) -> None:
        self._samv.lift()

    def insert_social_card(self, holder: Holder) -> Fault | None:
        """Put a social security card into the virtual PC/SC reader; needs pcscd with its driver."""
        self.pull_social_card()
        card = SocialSecurityCard(holder)
        try:
            card.insert()
        except OSError as error:
            return Fault("pcsc.no_virtual_reader", f"errno {error.errno}")
        self._social_card = card
        return None

    def pull_social_card(self) -> None:
        card, self._social_card = self._social_card, None
        if card is not None:
            card.pull()

    def plug_headphones(self, inside: bool) -> None:
        """Put headphones into the jack, or pull them out."""
        jack = self.folder / "headphones"
        temporary = jack.with_suffix(".tmp")
        temporary.write_text("in" if inside else "out", encoding="ascii")
        temporary.rename(jack)

    def scan(self, code: str) -> None:
        self._scanner.scan(code)

    def stage(self, card: IdentityCard | None) -> Stage:
        """What a script can take hold of here; ``card`` is the one that it lays without naming another."""
        return Stage(
            reader=self._samv,
            scanner=self._scanner,
            folders={name: self.folder / name for name in ("receipts", "documents")},
            card=card,
            insert=self.insert_social_card,
            pull=self.pull_social_card,
            platform=self.command_platform,
        )

    def set_paper(self, printer: str, present: bool) -> None:
        """Take the paper out of ``receipts`` or ``documents``, or put it back."""
        control = self.folder / printer / ".printer.json"
        temporary = control.with_suffix(".tmp")
        temporary.write_text(json.dumps({} if present else {"paper": "out"}), encoding="utf-8")
        temporary.rename(control)

    def command_platform(self, **behaviour: object) -> None:
        """Make the platform slow, down or wrong; without arguments right again (``PUT /rehearsal``)."""
        import requests

        requests.put(f"{self.platform_url}/rehearsal", json=behaviour, timeout=60).raise_for_status()

    def _bundles(self) -> str:
        """The terminal's section about bundles; what the office changes differs from the guides at once."""
        if self._office is None:
            return ""
        never = "verify_hours = 0\n" if self._matters is not None else "\n[matters]\nverify_hours = 0\n"
        return never + BUNDLES_TOML.format(url=self.platform_url, root=self._office.root, group=GROUP)

    # --- the platform's process ---------------------------------------------------------------------

    def _start_platform(self) -> str:
        command = [
            sys.executable,
            "-m",
            "kiosk.cli",
            "serve",
            "--port=0",
            f"--database=sqlite:///{self.folder}/platform.sqlite",
            "--rehearsal",
        ]
        if self._matters is not None:
            command.append(f"--matters={self._matters}")
        if self._office is not None:
            command += [f"--repository={self._office.repository}", f"--keys={self._office.online}"]
        if self._with_console:
            command.append("--demo-console")
        with (self.folder / "platform.log").open("ab") as log:
            self._platform = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        assert self._platform.stdout is not None
        end = time.monotonic() + PLATFORM_START_SECONDS
        while time.monotonic() < end:
            if select.select([self._platform.stdout], [], [], 0.5)[0]:
                line = self._platform.stdout.readline()
                if line and self._with_console:
                    self.console = json.loads(self._platform.stdout.readline())
                if line:
                    return str(json.loads(line)["url"])
            if self._platform.poll() is not None:
                break
        self._stop_platform()
        told = (self.folder / "platform.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"the embedded platform did not start: {told.strip() or 'it said nothing'}")

    def _stop_platform(self) -> None:
        platform, self._platform = self._platform, None
        if platform is None:
            return
        platform.terminate()
        try:
            platform.wait(PLATFORM_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            platform.kill()
            platform.wait()
        if platform.stdout is not None:
            platform.stdout.close()
