"""Compiles the pinyin schema and its dictionary, with the local phrases, from Debian's rime data.

    python -m kiosk.typing.build

Takes a few seconds, once at set-up; run again at any time, it does only what has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from kiosk.typing import strokes
from kiosk.typing.built import ALIKE, BUILT, SCHEMA, STAMP, STROKES_FILE, damaged, digest, read_stamp
from kiosk.typing.librime import Librime
from kiosk.typing.local import phrases
from kiosk.typing.names import given_names

DATA_FOLDERS: Final = (Path("/usr/share/rime-data"), Path("/usr/local/share/rime-data"))
STROKES: Final = "stroke.dict.yaml"
DATA_FILES: Final = ("luna_pinyin.dict.yaml", "essay.txt", "pinyin.yaml", STROKES)
DICTIONARY_HEAD: Final = f"""---
name: {SCHEMA}
version: "1"
sort: by_weight
use_preset_vocabulary: true
import_tables: [ luna_pinyin ]
...

"""
_SCHEMA_FILES: Final = tuple(Path(__file__).parent / f"{schema}.schema.yaml" for schema in (SCHEMA, ALIKE))


class BuildError(RuntimeError):
    """librime did not compile what it was given."""


def main() -> int:
    try:
        library = Librime()
    except OSError as missing:
        print(f"typing: {missing}; only single characters can be typed", file=sys.stderr)
        return 0
    data = rime_data()
    if data is None:
        print("typing: no rime data is installed; only single characters can be typed", file=sys.stderr)
        return 0
    BUILT.mkdir(exist_ok=True)
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two set-ups at once: the second finds everything done
        try:
            print(f"typing: {build(library, data, BUILT)}", flush=True)
        except (BuildError, OSError) as reason:
            print(f"typing: cannot make the tables: {reason}", file=sys.stderr)
            return 1
    return 0


def rime_data() -> Path | None:
    """The folder with the sources of the dictionary."""
    return next(
        (folder for folder in DATA_FOLDERS if all((folder / name).is_file() for name in DATA_FILES)), None
    )


def build(library: Librime, data: Path, target: Path) -> str:
    """Make in ``target`` what is not there yet.  Returns one line that says what was done."""
    dictionary = DICTIONARY_HEAD + "".join(
        f"{phrase.text}\t{' '.join(phrase.syllables)}\t{phrase.weight}\n"
        for phrase in (*phrases(), *given_names())
    )
    sources = {name: digest(data / name) for name in DATA_FILES}
    sources |= {file.name: digest(file) for file in _SCHEMA_FILES}
    sources["dictionary"] = hashlib.sha256(dictionary.encode()).hexdigest()
    sources["strokes"] = digest(Path(strokes.__file__))
    sources["librime"] = library.version
    if read_stamp(target).get("sources") == sources and damaged(target) is None:
        return "nothing to do"
    with tempfile.TemporaryDirectory(prefix="typing-", dir=target) as work:
        made = _compile(library, data, Path(work), dictionary)
        (target / STAMP).unlink(missing_ok=True)
        files = {}
        for file in made:
            shutil.move(file, target / file.name)
            files[file.name] = digest(target / file.name)
        stamp = Path(work) / STAMP
        stamp.write_text(json.dumps({"sources": sources, "files": files}, indent=1), encoding="utf-8")
        shutil.move(stamp, target / STAMP)
    return f"made {', '.join(sorted(files))}"


def _compile(library: Librime, data: Path, work: Path, dictionary: str) -> list[Path]:
    sources, out = work / "sources", work / "out"
    sources.mkdir()
    out.mkdir()
    (sources / f"{SCHEMA}.dict.yaml").write_text(dictionary, encoding="utf-8")
    schemas = [Path(shutil.copy(file, sources)) for file in _SCHEMA_FILES]
    done = library.deploy(sources, data, out, schemas)
    made = sorted(file for schema in (SCHEMA, ALIKE) for file in out.glob(f"{schema}.*"))
    wanted = {f"{schema}.{kind}" for schema in (SCHEMA, ALIKE) for kind in ("prism.bin", "schema.yaml")}
    if not done or not wanted | {f"{SCHEMA}.table.bin"} <= {file.name for file in made}:
        raise BuildError("librime did not compile the schemas")
    found = out / STROKES_FILE
    found.write_bytes(strokes.table(data / STROKES, data / "essay.txt"))
    return [*made, found]


if __name__ == "__main__":
    sys.exit(main())
