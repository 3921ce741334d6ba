"""A real cupsd of our own (socket, spool and configuration in one folder), and a queue onto a real printer.

    with start_cups_with_queue() as cups: ...          # cups.queue, cups.printer, cups.spool_files()

While it runs, CUPS_SERVER names its socket, so that every client of this process uses it.  Its policy is
the one of Debian's cupsd.conf: only a job's owner or an administrator may end it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.virtual.ipp_printer import IppPrinter

_START_SECONDS = 120.0
_DESCRIPTION = b"*PPD-Adobe"

_CUPSD_CONF = """
Listen {folder}/cups.sock
LogLevel debug
MaxLogSize 0
Browsing No
WebInterface No
IdleExitTimeout 0
DefaultAuthType None
ErrorPolicy retry-job
PreserveJobHistory Yes
PreserveJobFiles Yes
<Location />
  Order allow,deny
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Purge-Jobs Cancel-Current-Job Cancel-My-Jobs>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit Cancel-Job CUPS-Authenticate-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

_FILES_CONF = """
ServerRoot {folder}/root
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/state
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
SystemGroup root
"""


class CupsWithQueue:
    queue = "kiosk"

    def __init__(self) -> None:
        # A socket's path is short, and CUPS reads its settings word by word, wherever TMPDIR may be.
        self._folder = Path(tempfile.mkdtemp(prefix="cups-", dir="/tmp"))
        self._cupsd: subprocess.Popen[bytes] | None = None
        self._server_before = os.environ.get("CUPS_SERVER")
        (self._folder / "printer").mkdir()
        self.printer = IppPrinter(self._folder / "printer")

    @property
    def socket(self) -> Path:
        return self._folder / "cups.sock"

    def __enter__(self) -> Self:
        try:
            self.printer.start()
            self.start_cupsd()
            os.environ["CUPS_SERVER"] = str(self.socket)
            self.add_queue(self.queue, self.printer.uri, "everywhere")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.stop_cupsd()
        self.printer.close()
        if self._server_before is None:
            os.environ.pop("CUPS_SERVER", None)
        else:
            os.environ["CUPS_SERVER"] = self._server_before
        shutil.rmtree(self._folder)

    def start_cupsd(self) -> None:
        for name in ("root/ppd", "spool/tmp", "cache", "state/certs", "log"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "cupsd.conf").write_text(_CUPSD_CONF.format(folder=self._folder))
        (self._folder / "cups-files.conf").write_text(_FILES_CONF.format(folder=self._folder))
        self._open_to_cups()
        self._cupsd = subprocess.Popen(
            [
                "/usr/sbin/cupsd",
                *("-f", "-c", str(self._folder / "cupsd.conf"), "-s", str(self._folder / "cups-files.conf")),
            ]
        )
        end = time.monotonic() + _START_SECONDS
        while not self._listens():
            if time.monotonic() > end or self._cupsd.poll() is not None:
                raise RuntimeError(f"cupsd did not start; see {self._folder}/log/error")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def stop_cupsd(self) -> None:
        cupsd, self._cupsd = self._cupsd, None
        if cupsd is not None:
            cupsd.terminate()
            cupsd.wait(120)

    def add_queue(self, queue: str, uri: str, model: str) -> None:
        self.run("/usr/sbin/lpadmin", "-p", queue, "-E", "-v", uri, "-m", model)

    def run(self, *command: str) -> str:
        environment = os.environ | {"CUPS_SERVER": str(self.socket)}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr}")
        return done.stdout

    def jobs(self) -> str:
        """Every job that CUPS knows of, finished ones included, as ``lpstat`` lists them."""
        return self.run("lpstat", "-W", "all", "-o")

    def spool_files(self) -> list[str]:
        """Job files (c..., d...) and temporary ones in CUPS's spool, a printer's description aside.

        CUPS is told to keep all that it may.
        """
        files = (path for path in (self._folder / "spool").rglob("*") if path.is_file())
        return sorted(path.name for path in files if not path.read_bytes().startswith(_DESCRIPTION))

    def _open_to_cups(self) -> None:
        """cupsd drops root for its filters: they must get at their folders."""
        self._folder.chmod(0o755)
        if os.geteuid() == 0:
            for path in self._folder.rglob("*"):
                if "printer" not in path.relative_to(self._folder).parts:
                    shutil.chown(path, group="lp")
        (self._folder / "spool").chmod(0o710)
        (self._folder / "spool" / "tmp").chmod(0o1770)
        (self._folder / "cache").chmod(0o770)


def start_cups_with_queue() -> CupsWithQueue:
    """For a ``with``: started on entry, gone without a trace after it."""
    return CupsWithQueue()
