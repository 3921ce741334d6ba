from __future__ import annotations

import errno
import marshal
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Never

import pytest

from kiosk.matters import compiled, compiling, opening
from kiosk.matters.catalogue import Catalogue
from kiosk.matters.load import load_folder
from kiosk.matters.opening import Counted, open_catalogue
from tests.kiosk.matters.examples import CONFIG, MATTERS
from tests.parts.many_matters import write_many

FILES = len(MATTERS)
LONG_AGO_NS = 1_700_000_000_000_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The product's matters, as if they had been there for long."""
    shutil.copytree(CONFIG / "matters", tmp_path / "matters")
    shutil.copy(CONFIG / "base-catalogue.yaml", tmp_path)
    monkeypatch.setattr(opening, "_RACY_NS", 0)
    return tmp_path / "matters"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "terminal.matters"


def opens(folder: Path, file: Path) -> Catalogue:
    return open_catalogue(folder, file)[0]


def work(folder: Path, file: Path) -> Counted:
    return open_catalogue(folder, file)[1]


def few(folder: Path) -> Path:
    """All but the first three files are away."""
    for path in sorted(folder.iterdir())[3:]:
        path.unlink()
    return folder


def assert_same(catalogue: Catalogue, folder: Path) -> None:
    """It is what reading all files gives."""
    read = load_folder(folder)
    assert catalogue.matters == read.matters
    assert catalogue.problems == read.problems
    assert catalogue.version == read.version
    assert (catalogue.themes, catalogue.departments) == (read.themes, read.departments)
    assert catalogue.rows() == read.rows()
    assert {frozenset(codes) for _, codes in catalogue.alike} == {frozenset(codes) for _, codes in read.alike}
    for typed in ("社保", "gjj", "老年正", "housng fund"):
        assert [each.task_code for each in catalogue.search(typed)] == [
            each.task_code for each in read.search(typed)
        ]


def test_it_is_what_the_files_say(folder: Path, file: Path) -> None:
    assert_same(opens(folder, file), folder)
    assert_same(opens(folder, file), folder)


def test_an_offer_says_what_the_matter_says(folder: Path, file: Path) -> None:
    opens(folder, file)
    catalogue = opens(folder, file)
    for matter in MATTERS:
        offer = catalogue.offer(matter.task_code)
        assert offer is not None
        for text in ("name", "plain_name", "department"):
            mine, whole = getattr(offer, text), getattr(matter, text)
            assert (mine.zh, mine.en) == (whole.zh, whole.en)
        for name in ("words", "themes", "icon", "shape", "minutes", "needs", "hours", "begins", "ends"):
            assert getattr(offer, name) == getattr(matter, name)
        assert (offer.fee.amount_fen, offer.fee.up_to_fen) == (matter.fee.amount_fen, matter.fee.up_to_fen)


def test_a_second_start_reads_no_file(folder: Path, file: Path) -> None:
    assert work(folder, file) == Counted(FILES, FILES)
    assert work(folder, file) == Counted(0, 0)


def test_only_what_has_changed_is_compiled(folder: Path, file: Path) -> None:
    opens(folder, file)
    changed = folder / "06-flexible-employment.yaml"
    changed.write_text(changed.read_text("utf-8").replace("minutes: 8", "minutes: 9"), "utf-8")
    assert work(folder, file) == Counted(FILES, 1)
    assert_same(opens(folder, file), folder)


def test_a_file_that_was_only_touched_is_compared(folder: Path, file: Path) -> None:
    opens(folder, file)
    os.utime(folder / "06-flexible-employment.yaml", ns=(LONG_AGO_NS, LONG_AGO_NS))
    assert work(folder, file) == Counted(FILES, 0)
    assert work(folder, file) == Counted(0, 0)


def test_a_file_changed_just_now_is_compared_again(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a clock's tick its size and times may be the same."""
    monkeypatch.undo()
    opens(folder, file)
    assert work(folder, file) == Counted(FILES, 0)


def test_files_that_come_and_go(folder: Path, file: Path) -> None:
    opens(folder, file)
    (folder / "06-flexible-employment.yaml").unlink()
    (folder / "00-broken.yaml").write_text("task_code: [", "utf-8")
    shutil.copy(folder / "02-no-property-certificate.yaml", folder / "98-twice.yaml")
    (folder / "folder.yaml").mkdir()
    for _ in range(2):
        catalogue = opens(folder, file)
        assert len(catalogue) == FILES - 1
        assert {problem.code for problem in catalogue.problems} == {
            "yaml.syntax",
            "matter.duplicate_code",
            "file.not_a_file",
        }
        assert_same(catalogue, folder)


def test_another_software_compiles_everything(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(folder, file)
    monkeypatch.setattr(opening, "_LIBRARIES", ("pydantic",))
    monkeypatch.setattr(opening, "software", opening.software.__wrapped__)  # another process asks anew
    assert work(folder, file) == Counted(FILES, FILES)


@pytest.mark.parametrize("share", [0.0, 0.00001, 0.0001, 0.05, 0.3, 0.6, 0.9, 0.99999])
def test_a_damaged_file_is_never_believed(folder: Path, file: Path, share: float) -> None:
    opens(folder, file)
    data = bytearray(file.read_bytes())
    data[int(share * len(data))] ^= 0x55
    file.write_bytes(data)
    assert_same(opens(folder, file), folder)


@pytest.mark.parametrize("left", [0, 7, 40, 5000, -1])
def test_a_file_that_ends_early_is_never_believed(folder: Path, file: Path, left: int) -> None:
    opens(folder, file)
    file.write_bytes(file.read_bytes()[:left])
    assert_same(opens(folder, file), folder)


def test_what_is_damaged_is_put_right_by_the_next_change(folder: Path, file: Path) -> None:
    opens(folder, file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    file.write_bytes(data)
    os.utime(folder / "06-flexible-employment.yaml", ns=(LONG_AGO_NS, LONG_AGO_NS))
    counted = work(folder, file)
    assert counted.compiled > 0
    assert work(folder, file) == Counted(0, 0)
    assert_same(opens(folder, file), folder)


def test_a_folder_that_takes_no_file_takes_nothing_away(folder: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "terminal.matters"
    assert_same(opens(folder, nowhere), folder)
    assert work(folder, nowhere).compiled == FILES


def test_disks_that_are_full_take_nothing_away(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> Never:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kiosk.matters.compiled.tempfile.mkstemp", full)
    monkeypatch.setattr("kiosk.matters.compiled.tempfile.TemporaryFile", full)
    assert_same(opens(few(folder), file), folder)
    assert not file.exists()


def test_what_another_software_left_under_the_name_is_made_anew(folder: Path, file: Path) -> None:
    few(folder)
    for head in (marshal.dumps(()), marshal.dumps({}), b"?", b""):
        file.write_bytes(compiled._START.pack(compiled._MARK, len(head), compiled.digest_of(head)) + head)
        assert_same(opens(folder, file), folder)


def test_a_pipe_under_the_name_does_not_stop_the_start(folder: Path, file: Path) -> None:
    os.mkfifo(file)
    assert_same(opens(few(folder), file), folder)


def test_an_open_catalogue_stays_as_it_is(folder: Path, file: Path) -> None:
    """A visit begun goes on with what it has, whatever is put in the place of the file."""
    before = opens(folder, file)
    version = before.version
    (folder / "02-no-property-certificate.yaml").unlink()
    after = opens(folder, file)
    assert len(after) == FILES - 1
    assert (len(before), before.version) == (FILES, version)
    assert all(before.by_code(code) is not None for code in before.codes)


def test_the_base_catalogue_is_the_one_beside_the_matters(folder: Path, file: Path) -> None:
    base = opens(folder, file).base
    assert base is not None
    assert opens(folder, file).base == base
    assert {matter.catalog_code for matter in MATTERS} <= base
    assert opens(folder, file).outside(base) == frozenset()
    (folder.parent / "base-catalogue.yaml").unlink()
    assert opens(folder, file).base is None


def test_a_folder_that_is_not_there(tmp_path: Path, file: Path) -> None:
    for _ in range(2):
        catalogue = opens(tmp_path / "nowhere", file)
        assert len(catalogue) == 0
        assert [problem.code for problem in catalogue.problems] == ["folder.unreadable"]


def test_many_files_are_compiled_by_all_processors(tmp_path: Path, file: Path) -> None:
    write_many(tmp_path, 320)
    matters = tmp_path / "matters"
    catalogue, counted = open_catalogue(matters, file)
    assert (len(catalogue), counted.compiled, catalogue.problems) == (320, 320, ())
    assert work(matters, file).compiled == 0
    assert len(catalogue.search("无房证明")) > 1


class Ended(ProcessPoolExecutor):
    """Its processes are killed in the middle, as for want of memory."""

    def map(self, fn: Any, *iterables: Any, timeout: float | None = None, chunksize: int = 1) -> Any:
        results = super().map(fn, *iterables, timeout=timeout, chunksize=chunksize)
        for process in list(self._processes.values()):
            process.kill()
        return results


def test_helpers_that_are_killed_do_not_keep_a_terminal_from_opening(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", Ended)
    monkeypatch.setattr(compiling, "MANY_FILES", 1)
    assert_same(opens(few(folder), file), folder)
