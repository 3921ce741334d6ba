"""Pictures of every page as a citizen will see it: the real screens, driven by ``kiosk rehearse``.

The server knows no screens.  It starts the command in a process of its own, one after the other, in the
background and with low priority.  They are kept by what they show: the same matter
file has the same ones.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.server.console.sources import as_bytes, in_bundle

PRODUCT: Final = Path(__file__).resolve().parents[3]
COMMAND: tuple[str, ...] = (sys.executable, "-m", "kiosk.cli", "rehearse")
SECONDS: Final = 240.0
KEPT: Final = 60  # sets of pictures; the oldest go
WAITING: Final = 200
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[\w.\-]{1,120}\.png")
_DONE: Final = "made.json"


@dataclass(frozen=True)
class Picture:
    page: str  # the name of the page
    file: str


@dataclass(frozen=True)
class Album:
    """``state``: none, waiting (``ahead`` of it others), drawing, done, failed (``words`` say why)."""

    state: str
    ahead: int = 0
    pictures: tuple[Picture, ...] = ()
    words: str = ""
    good: bool = False


@dataclass(frozen=True)
class _Job:
    digest: str
    task_code: str
    texts: Mapping[str, str]


class Pictures:
    """Any thread.  ``command`` is what draws; tests give another."""

    def __init__(self, folder: Path, command: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self._command = command or COMMAND
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, _Job] = OrderedDict()
        self._drawing: str = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: threading.Thread | None = None

    def order(self, digest: str, task_code: str, texts: Mapping[str, str]) -> bool:
        """Draw the matter ``task_code`` of ``texts``, its file and what lies beside matters; False when too
        many wait already."""
        with self._lock:
            if digest in self._waiting or digest == self._drawing:
                return True
            if len(self._waiting) >= WAITING:
                return False
            self._waiting[digest] = _Job(digest, task_code, dict(texts))
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._run, name="console-pictures", daemon=True)
                self._worker.start()
        return True

    def album(self, digest: str) -> Album:
        with self._lock:
            if digest == self._drawing:
                return Album("drawing")
            if digest in self._waiting:
                return Album("waiting", list(self._waiting).index(digest) + bool(self._drawing))
        return self._read(digest)

    def file(self, digest: str, name: str) -> Path | None:
        if not _DIGEST.fullmatch(digest) or not _NAME.fullmatch(name) or ".." in name:
            return None
        path = self.folder / digest / name
        return path if path.is_file() else None

    def stop(self) -> None:
        """End what is being drawn, with all its processes; nothing more is begun."""
        with self._lock:
            self._waiting.clear()
            process = self._process
        if process is not None:
            _end(process)
        if self._worker is not None:
            self._worker.join(10)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._worker = None
                    return
                digest, job = self._waiting.popitem(last=False)
                self._drawing = digest
            try:
                self._draw(job)
            finally:
                with self._lock:
                    self._drawing = ""

    def _draw(self, job: _Job) -> None:
        work = self.folder / f".{job.digest}"
        try:
            shutil.rmtree(work, ignore_errors=True)
            matters = work / "matters"
            matters.mkdir(parents=True)
            for file, text in job.texts.items():
                place = work / in_bundle(file)
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(as_bytes(file, text))
            out = work / "out"
            code, said = self._rehearse(job.task_code, matters, out)
            made = self._kept(job.digest, work, out, code, said)
            (made / _DONE).write_text(json.dumps(self._told(out, code, said)), encoding="utf-8")
        except OSError as error:
            self._fail(job.digest, f"图片写不进服务器的磁盘：{error.strerror}")
        finally:
            shutil.rmtree(work, ignore_errors=True)
            self._prune()

    def _rehearse(self, task_code: str, matters: Path, out: Path) -> tuple[int, str]:
        command = [*self._command, task_code, "--matters", str(matters), "--out", str(out)]
        environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
        # This very product draws, wherever the server was started from.
        paths = (str(PRODUCT), environment.get("PYTHONPATH", ""))
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        process = subprocess.Popen(
            ["nice", "-n", "10", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # its children end with it
        )
        with self._lock:
            self._process = process
        try:
            _, errors = process.communicate(timeout=SECONDS)
            return process.returncode, errors.decode("utf-8", "replace")[-600:]
        except subprocess.TimeoutExpired:
            _end(process)
            return -1, f"超过 {SECONDS:.0f} 秒没有画完"
        finally:
            with self._lock:
                self._process = None

    def _kept(self, digest: str, work: Path, out: Path, code: int, said: str) -> Path:
        """The pictures under their place, moved there whole."""
        made = work / "made"
        made.mkdir()
        for picture in self._told(out, code, said)["pictures"]:
            shutil.copyfile(picture["from"], made / picture["file"])
        place = self.folder / digest
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)
        return place

    def _told(self, out: Path, code: int, said: str) -> dict[str, Any]:
        try:
            summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            summary = {}
        pictures = []
        for each in summary.get("pages", []):
            path = Path(str(each.get("picture") or ""))
            path = path if path.is_absolute() else out / path
            if path.is_file() and _NAME.fullmatch(path.name):
                pictures.append({"page": str(each.get("name", "")), "file": path.name, "from": str(path)})
        words = "" if code == 0 else f"演练没有走到头：{said.strip() or summary.get('state', '没有说明原因')}"
        return {"pictures": pictures, "good": code == 0, "words": words}

    def _read(self, digest: str) -> Album:
        if not _DIGEST.fullmatch(digest):
            return Album("none")
        try:
            kept = json.loads((self.folder / digest / _DONE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Album("none")
        pictures = tuple(Picture(each["page"], each["file"]) for each in kept["pictures"])
        state = "done" if pictures else "failed"
        return Album(state, pictures=pictures, words=kept["words"], good=kept["good"])

    def _fail(self, digest: str, words: str) -> None:
        with contextlib.suppress(OSError):
            (self.folder / digest).mkdir(parents=True, exist_ok=True)
            told = {"pictures": [], "good": False, "words": words}
            (self.folder / digest / _DONE).write_text(json.dumps(told), encoding="utf-8")

    def _prune(self) -> None:
        with contextlib.suppress(OSError):
            sets = [path for path in self.folder.iterdir() if _DIGEST.fullmatch(path.name)]
            for path in sorted(sets, key=lambda each: each.stat().st_mtime)[:-KEPT]:
                shutil.rmtree(path, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(5)
            return
        except subprocess.TimeoutExpired:
            continue
