"""The section ``[bundles]``: what is wrong is told with its line, its key and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.settings import Settings, load_settings

ROOT = 'root = "root.json"\n'


def _load(folder: Path, section: str) -> Settings | str:
    (folder / "root.json").write_text("{}")
    file = folder / "terminal.toml"
    file.write_text(f"[bundles]\n{section}", encoding="utf-8")
    loaded = load_settings(file)
    return loaded if isinstance(loaded, Settings) else "\n".join(map(str, loaded))


def test_what_is_left_out_has_a_value_that_works(tmp_path: Path) -> None:
    loaded = _load(tmp_path, ROOT + 'folder = "stick"')
    assert isinstance(loaded, Settings) and loaded.bundles is not None
    assert loaded.bundles.place == str(tmp_path / "stick")
    assert (loaded.bundles.poll_seconds, loaded.bundles.group, loaded.bundles.wake) == (60.0, "", True)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ('url = "https://platform.example.gov.cn/repository"', "bundles.root: is missing; add it"),
        (ROOT, "give url or folder, one of them"),
        (ROOT + 'url = "https://a.example"\nfolder = "b"', "give url or folder, one of them"),
        (
            ROOT + 'url = "ftp://a.example"',
            "give an address such as https://platform.example.gov.cn/repository",
        ),
        (ROOT + 'folder = "b"\ngroup = "Ring 0"', "a name of small letters, digits, _ and -"),
        (ROOT + 'folder = "b"\npoll_seconds = 0', "greater than or equal to 1"),
        (
            ROOT + 'folder = "b"\nmqtt = "tcp://broker"',
            "an address such as mqtts://broker.example.gov.cn:8883",
        ),
        (ROOT + 'folder = "b"\npol_seconds = 5', "perhaps 'poll_seconds' was meant"),
        ('root = "none.json"\nfolder = "b"', "no such file; give the path of one"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, section: str, told: str) -> None:
    found = _load(tmp_path, section)
    assert isinstance(found, str) and told in found


@pytest.mark.parametrize(
    "address", ["mqtt://127.0.0.1", "mqtts://user:secret@broker.example.gov.cn:8883/a/b"]
)
def test_addresses_of_brokers(tmp_path: Path, address: str) -> None:
    assert isinstance(_load(tmp_path, f'{ROOT}folder = "b"\nmqtt = "{address}"'), Settings)
