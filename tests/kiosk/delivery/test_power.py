"""Power cuts, ends around commits, failing disks: nothing that was told becomes untrue."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from kiosk.delivery import store_file
from tests.parts.life import judge, told_in
from tests.parts.memory import memory_folder
from tests.torture import power

HERE = Path(__file__).resolve().parents[3]
SEEDS = ("1", "2")
CUTS = 60  # of each; make torture makes thousands


@pytest.fixture
def memory() -> Iterator[Path]:
    with memory_folder() as folder:
        yield folder


@pytest.mark.parametrize("seed", SEEDS)
def test_a_power_cut_at_any_write_loses_nothing_that_was_told(memory: Path, seed: str) -> None:
    assert list(power.cuts(memory, CUTS, seed)) == []


def test_the_layer_shows_what_a_store_without_syncs_would_lose(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof above can fail: with ``synchronous=OFF`` it does."""

    def careless(connection: apsw.Connection) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    monkeypatch.setattr(store_file, "make_durable", careless)
    assert list(power.cuts(memory, CUTS, "1"))


def test_an_end_before_and_after_each_commit(memory: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.power", "--count", "0", "--folder", str(memory)],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(list(memory.glob("before*"))) > 20  # as many commits there are


FAILING_SYNCS = ("posix/io/sync/fdatasync", "posix/io/sync/fsync")
FULL = ("posix/io/rw/pwrite", "posix/io/rw/pwrite64")


@pytest.mark.parametrize(
    "faults",
    [
        [f"enable_random name={name},probability=0.2" for name in FAILING_SYNCS],
        [f"enable_random name={name},probability=0.1,failinfo=28" for name in FULL],
    ],
    ids=["failing syncs", "full disk"],
)
def test_a_disk_that_fails_now_and_then_makes_nothing_untrue(memory: Path, faults: list[str]) -> None:
    """Failures are put under the interpreter itself, in libc."""
    first = subprocess.run(
        [*LIFE, str(memory), "1", "first"], env=ENVIRONMENT, cwd=HERE, capture_output=True, check=True
    )
    told = told_in(first.stdout.decode())
    orders = [part for fault in faults for part in ("-c", fault)]
    after: list[tuple[str, str]] = []
    for life in ("second", "third", "fourth"):  # which writes fail is chance: one life may be told nothing
        failing = subprocess.run(
            ["fiu-run", "-x", *orders, *LIFE, str(memory), "12", life],
            env=ENVIRONMENT,
            cwd=HERE,
            capture_output=True,
            timeout=120,
            check=False,
        )
        after += told_in(failing.stdout.decode())
        if {"kept", "answered"} <= {what for what, _ in after}:
            break
    assert {"kept", "answered"} <= {what for what, _ in after}, failing.stderr  # it served all the same
    told += after
    assert judge(memory, told) == []


INTERPRETER = Path(sys.executable).resolve()  # not a script that starts it: the library is put under this
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
LIFE = (str(INTERPRETER), "-m", "tests.parts.life")

SMALL_DISK = """
set -e
mount -t tmpfs -o size=700k kiosk-small "$1"
"$2" -m tests.parts.life "$1" 1 first
set +e
"$2" -m tests.parts.life "$1" 400 second
rm -f "$1/terminal.sqlite-shm"
head -c 1000000 /dev/zero > "$1/rest"
"$2" -c "$4" "$1/terminal.sqlite" || echo unreadable >&2
rm "$1/rest"
mount -o remount,ro kiosk-small "$1"
"$2" -m tests.parts.life "$1" 3 third
echo "ended $?" >&2
mount -o remount,rw,size=20m kiosk-small "$1"
"$2" -m tests.parts.life "$1" 3 fourth || exit 1
cp -r "$1/." "$3"
"""
LOOK = """
import sys, pathlib
from kiosk.delivery.store import Store, open_reading
sys.exit(not isinstance(open_reading(pathlib.Path(sys.argv[1])), Store))
"""


def test_a_full_disk_and_one_that_cannot_be_written_to(memory: Path) -> None:
    """A small file system of its own: first it fills up, then it is mounted read-only, then there is room."""
    disk, after = memory / "disk", memory / "after"
    disk.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", str(disk), str(INTERPRETER), str(after), LOOK],
        env=ENVIRONMENT,
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = told_in(done.stdout)
    kept = [key for what, key in told if what == "kept"]
    assert 5 < len(kept) < 400  # it did fill up, and served again afterwards
    assert "unreadable" not in done.stderr
    assert "store.read_only" in done.stderr or "store.folder" in done.stderr, done.stderr
    assert judge(after, told) == []
