"""The outbox when process or power end in the middle: what was told is neither lost nor done twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path
from typing import ClassVar

import apsw
import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery.application import Answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Kept, Outbox, counts, entries
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from tests.kiosk.delivery.fake_platform import FakePlatform
from tests.kiosk.delivery.samples import draft

# --- power ----------------------------------------------------------------------------------------


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


KEEPING = """
    import os, signal, sys
    from pathlib import Path
    from kiosk.delivery.outbox import Outbox
    from kiosk.delivery.store import open_store
    from tests.kiosk.delivery.samples import draft

    folder, key, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    store = open_store(folder / "terminal.sqlite")
    outbox = Outbox.open(store, folder / "device.key")
    end = lambda *ignored: os.kill(os.getpid(), signal.SIGKILL)
    if when == "before":
        store._connection.set_commit_hook(end)  # the commit is about to be written
    elif when == "written":
        store._connection.set_wal_hook(end)  # it is in the log, nobody has been told
    kept = outbox.keep(draft(key=key))
    print(type(kept).__name__, flush=True)
    if when == "told":
        end()
"""


@pytest.mark.parametrize(("when", "there"), [("before", False), ("written", True), ("told", True)])
def test_the_end_of_the_process_around_the_commit(tmp_path: Path, when: str, there: bool) -> None:
    key = str(uuid.uuid4())
    ended = run(KEEPING, str(tmp_path), key, when)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert ended.stdout == ("Kept\n" if when == "told" else "")
    store = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(store, Store)
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    assert counts(store) == ({"queued": 1} if there else {})
    assert outbox.keep(draft(key=key)) == Kept(key, before=there)
    assert counts(store) == {"queued": 1}
    store.close()


DELIVERING = """
    import os, signal, sys
    from pathlib import Path
    from devices.contract import Deadline
    from kiosk.delivery.courier import Courier
    from kiosk.delivery.outbox import Outbox
    from kiosk.delivery.platform import PlatformClient
    from kiosk.delivery.store import open_store
    from kiosk.settings import PlatformSettings

    folder, url, key, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    store = open_store(folder / "terminal.sqlite")
    outbox = Outbox.open(store, folder / "device.key")
    end = lambda *ignored: os.kill(os.getpid(), signal.SIGKILL)
    if when == "before":
        store._connection.set_commit_hook(end)
    elif when == "written":
        store._connection.set_wal_hook(end)
    elif when == "unasked":
        outbox.acknowledge = end
    print(Courier(outbox, PlatformClient(PlatformSettings(url=url), "T")).deliver(key, Deadline(20)))
"""


@pytest.mark.parametrize("when", ["before", "written", "unasked"])
def test_the_end_of_the_process_between_answer_and_acknowledgement(
    outbox: Outbox, platform: FakePlatform, client: PlatformClient, tmp_path: Path, when: str
) -> None:
    application = draft()
    outbox.keep(application)
    outbox.store.close()
    ended = run(DELIVERING, str(tmp_path), platform.url, application.key, when)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert list(platform.cases) == [application.key]
    again = open_store(tmp_path / "terminal.sqlite")
    assert isinstance(again, Store)
    restarted = Outbox.open(again, tmp_path / "device.key")
    assert isinstance(restarted, Outbox)
    assert counts(again) == ({"accepted": 1} if when == "written" else {"queued": 1})
    result = Courier(restarted, client).deliver(application.key, Deadline(10))
    assert isinstance(result, Answer)
    assert len(platform.cases) == 1
    assert counts(again) == {"accepted": 1}
    again.close()


class FailingFile(apsw.VFSFile):
    """Fails the syncs that it is told to fail; the bytes are written all the same, as disks do."""

    failing: ClassVar[set[int]] = set()
    syncs = 0

    def xSync(self, flags: int) -> None:
        FailingFile.syncs += 1
        if FailingFile.syncs in FailingFile.failing:
            raise apsw.IOError
        super().xSync(flags)


class FailingFiles(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("failing", "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> FailingFile:
        return FailingFile("", name, flags)


@pytest.mark.parametrize("failures", [1, 2, 40])
def test_a_failed_sync_is_unknown_and_read_again(tmp_path: Path, failures: int) -> None:
    vfs = FailingFiles()
    store = open_store(tmp_path / "terminal.sqlite", vfs="failing")
    assert isinstance(store, Store), store
    outbox = Outbox.open(store, tmp_path / "device.key")
    assert isinstance(outbox, Outbox)
    first = draft("1")
    assert outbox.keep(first) == Kept(first.key)
    FailingFile.failing = set(range(FailingFile.syncs + 1, FailingFile.syncs + 1 + failures))
    second = draft("2")
    kept = outbox.keep(second)
    FailingFile.failing = set()
    if failures == 40:  # the disk does not come back: nothing is promised
        assert isinstance(kept, Fault) and kept.code in ("outbox.commit_unknown", "store.io")
    elif isinstance(kept, Fault):
        assert kept.code in ("outbox.commit_unknown", "store.io")
    listed = entries(store)
    assert not isinstance(listed, Fault)
    keys = [entry.key for entry in listed]
    assert keys.count(first.key) == 1
    if isinstance(kept, Kept):
        assert keys == [first.key, second.key]
    # Once the disk works again, the same key can be kept and is there once.
    assert isinstance(outbox.keep(second), Kept)
    assert counts(store) == {"queued": 2}
    store.close()
    del vfs
