"""Set-up compiles the tables once, and does nothing when they are there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kiosk.typing.built import damaged, read_stamp

REPOSITORY = Path(__file__).parents[3]
BUILD = """
import sys
from pathlib import Path
from kiosk.typing.build import build, rime_data
from kiosk.typing.librime import Librime

library, data, target = Librime(), rime_data(), Path(sys.argv[1])
print(build(library, data, target))
print(build(library, data, target))
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: librime is set up once in a process."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_tables_are_made_once_and_a_lost_one_again(tmp_path: Path) -> None:
    done = run(BUILD, str(tmp_path))
    assert done.returncode == 0, done.stderr
    made, again = done.stdout.splitlines()
    assert "kiosk_pinyin.table.bin" in made
    assert again == "nothing to do"
    assert damaged(tmp_path) is None
    assert {file.name for file in tmp_path.iterdir()} == {*read_stamp(tmp_path)["files"], "built.json"}
    (tmp_path / "kiosk_pinyin.prism.bin").unlink()
    assert damaged(tmp_path) is not None


def test_without_librime_set_up_goes_on_and_says_what_is_lost() -> None:
    done = run(
        "import sys; from kiosk.typing import build, librime; "
        "librime.LIBRARY = 'librime-that-nobody-installed.so.1'; sys.exit(build.main())"
    )
    assert done.returncode == 0
    assert "only single characters can be typed" in done.stderr


def test_without_rime_data_set_up_goes_on_and_says_what_is_lost(tmp_path: Path) -> None:
    done = run(
        "import sys; from pathlib import Path; from kiosk.typing import build; "
        "build.DATA_FOLDERS = (Path(sys.argv[1]),); sys.exit(build.main())",
        str(tmp_path),
    )
    assert done.returncode == 0
    assert "only single characters can be typed" in done.stderr
