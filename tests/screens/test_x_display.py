"""Asked of a real X server."""

from __future__ import annotations

import subprocess

import pytest

from screens.x_display import XDisplay, x_display
from tests.bench.display import HEIGHT, WIDTH, virtual_display


def test_size_and_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    with virtual_display() as display:
        monkeypatch.setenv("DISPLAY", display.name)
        assert x_display() == XDisplay(WIDTH, HEIGHT, managed=False)
        mark = ["xprop", "-root", "-f", "_NET_SUPPORTING_WM_CHECK", "32x"]
        subprocess.run([*mark, "-set", "_NET_SUPPORTING_WM_CHECK", "0x200001"], check=True)
        assert x_display() == XDisplay(WIDTH, HEIGHT, managed=True)
        monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
        assert x_display() is None


@pytest.mark.parametrize("name", ["", ":99999"])
def test_no_display_is_no_display(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    monkeypatch.setenv("DISPLAY", name)
    assert x_display() is None
