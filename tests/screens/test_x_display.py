"""Asked of a real X server."""

from __future__ import annotations

import os
import subprocess

import pytest

from screens import x_visual
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
        x_visual.choose()
        assert os.environ[x_visual.VARIABLE] == hex(x_visual.flat_visual() or 0) != "0x0"
        x_visual.forget()
        assert x_visual.VARIABLE not in os.environ
        monkeypatch.setenv(x_visual.VARIABLE, "0x21")  # somebody knows better
        x_visual.choose()
        x_visual.forget()
        assert os.environ[x_visual.VARIABLE] == "0x21"
        monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
        assert x_display() is None


@pytest.mark.parametrize("name", ["", ":99999"])
def test_no_display_is_no_display(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    monkeypatch.setenv("DISPLAY", name)
    assert x_display() is None
