"""A demonstration without a display: what it comes to show is told, with pictures of what has changed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.bundles.archive import Bundle, unfold
from kiosk.bundles.client.follower import Standing
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.source import build
from kiosk.cli import app
from kiosk.configuration.places import Places
from kiosk.matters.load import load_folder
from kiosk.visit.events import ChooseMatter, GoHome
from kiosk.visit.state import Visit
from screens.main import CANNOT_SERVE, demo
from screens.onlooker import Onlooker
from tests.kiosk.bundles.office import change, good, small_folder


class _Window:
    """Turns its page a look after it was told to, as the real one fades."""

    moving = False

    def __init__(self) -> None:
        self.stage = SimpleNamespace(page=object(), export_as_image=lambda: SimpleNamespace(save=self._save))
        self.events: list[Any] = []
        self.kept: dict[str, int] = {}
        self.state = Visit()

    def send(self, event: Any) -> None:
        self.events.append(event)
        self.stage.page = object()

    def _save(self, path: str, flipped: bool) -> None:
        assert flipped is False
        self.kept[Path(path).name] = len(self.events)


def _shown(window: _Window, folder: Path, bundle: Bundle, fault: BundleFault | None = None) -> Any:
    assert unfold(bundle, folder) is None
    return SimpleNamespace(
        configuration=SimpleNamespace(
            places=Places(folder),
            standing=Standing(active=bundle.digest, sequence=bundle.manifest.sequence, fault=fault),
        ),
        controller=SimpleNamespace(state=window.state),
        catalogue=load_folder(folder / "matters"),
    )


def test_a_bundle_is_told_with_its_changes_and_its_guides_are_pictured(tmp_path: Path) -> None:
    config = small_folder(tmp_path / "config")
    first = good(build(config))
    change(config, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    second = good(build(config, 2, before=first))
    window, said = _Window(), list[str]()
    terminal = _shown(window, tmp_path / "a", first)
    onlooker = Onlooker(terminal, window, tmp_path / "pictures", said.append)  # type: ignore[arg-type]
    for _ in range(10):
        onlooker.look()
    assert set(window.kept) == {"01-bundle-1-home.png"} and not window.events
    fresh = _shown(window, tmp_path / "b", second, BundleFault("bundle.expired", "x"))
    terminal.configuration, terminal.catalogue = fresh.configuration, fresh.catalogue
    for _ in range(10):
        onlooker.look()
    code = next(row.task_code for row in terminal.catalogue.rows() if "无房证明" in row.name)
    assert window.events == [ChooseMatter(code), GoHome()]
    assert window.kept[f"02-bundle-2-{code}.png"] == 1  # while the guide is shown
    assert any("由“3”改为“4”" in line for line in said)
    assert any("bundle.expired" in line for line in said)


def test_without_a_display_an_office_is_followed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr("screens.main.demo", lambda **given: asked.update(given) or 0)
    command = ["demo", "--headless", "--office", str(tmp_path / "office"), "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert (asked["office"], asked["pictures"]) == (tmp_path / "office", tmp_path / "out")


def test_an_office_that_cannot_be_made_is_told_and_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "office").write_text("a file", encoding="utf-8")
    said = list[str]()
    assert demo(said.append, office=tmp_path / "office", pictures=tmp_path / "pictures") == CANNOT_SERVE
    assert "bundle.disk" in said[0] and str(tmp_path / "office") in said[1]
    assert len(said) == 2
