"""Kivy, told how to behave before anything imports its window.

Kivy reads its environment and its configuration file while it is imported.  A public terminal wants none of
its conveniences: no console arguments, no log files, no settings panel, no escape key, one input provider.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from screens.x_display import x_display
from values import dataclass

FRAMES_PER_SECOND: Final = 30
"""At rest 1 % of a core instead of 2.8 % with 60; a press still shows within 34 ms."""

MARK: Final = "KIOSK_WINDOW_PREPARED"
_STYLES: Final = "style.kv"
_DATA: Final = "kiosk-kivy-"  # then the process, then something unique
_SHARED: Final = Path(os.environ.get("TMPDIR") or "/tmp")  # outlives a terminal of this process
UNUSED_PROVIDERS: Final = ("AUDIO", "CAMERA", "CLIPBOARD", "SPELLING", "VIDEO")


@dataclass(frozen=True)
class Display:
    """The panel.  Pixels, pixels for an inch, and the height of the picture's lower edge above the floor."""

    width: int = 1080
    height: int = 1920
    ppi: float = 102.0
    screen_bottom_mm: float = 800.0
    fullscreen: bool = False
    theme: str = "light"


def prepare(display: Display, headless: bool, extra_width: int = 0) -> None:
    """Set Kivy up for this panel; ``extra_width`` is room beside the terminal's picture, for a dock.

    Once in a process is enough.  Raises ``RuntimeError`` when Kivy was imported without it: it would keep a
    log of its own and tell standard error what it does.
    """
    if "kivy" in sys.modules:
        if os.environ.get(MARK) == str(os.getpid()):
            return
        raise RuntimeError("the window must be set up before Kivy is imported")
    os.environ[MARK] = str(os.getpid())
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"  # Kivy leaves the root logger and standard error alone
    os.environ["KIVY_NO_CONSOLELOG"] = "1"  # Kivy knows widgets' texts, and those are a person's
    os.environ["KIVY_WINDOW"] = os.environ["KIVY_TEXT"] = os.environ["KIVY_IMAGE"] = "sdl2"
    for provider in UNUSED_PROVIDERS:
        os.environ[f"KIVY_{provider}"] = ""
    os.environ["KIVY_NO_CONFIG"] = "1"  # reads and writes no file of its own
    os.environ["KIVY_DATA_DIR"] = _data_without_styles()
    # SDL would start a bus of its own (dbus-launch) where none runs, for input methods and a screen saver.
    os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    # Mesa's software renderer takes a thread for each core otherwise, and memory for each thread.
    os.environ.setdefault("LP_NUM_THREADS", "2")
    if headless:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    whole_screen = display.fullscreen and not headless
    width, height = display.width + extra_width, display.height
    screen = x_display() if whole_screen else None
    # SDL's own full screen waits for a window manager, and leaves the window as it is when there is none,
    # as on a terminal's display.  A borderless window in the corner covers the screen by itself.
    covers = screen is not None and not screen.managed
    if covers and screen is not None:
        width, height = screen.width, screen.height
    from kivy.config import Config

    settings = {
        ("kivy", "exit_on_escape"): "0",
        ("kivy", "keyboard_mode"): "",
        ("kivy", "log_level"): "warning",
        ("kivy", "pause_on_minimize"): "0",
        ("graphics", "width"): str(width),
        ("graphics", "height"): str(height),
        ("graphics", "fullscreen"): "auto" if whole_screen and not covers else "0",
        ("graphics", "position"): "custom" if covers else "auto",
        ("graphics", "left"): "0",
        ("graphics", "top"): "0",
        ("graphics", "borderless"): "1" if display.fullscreen else "0",
        ("graphics", "resizable"): "0",
        ("graphics", "show_cursor"): "0" if display.fullscreen else "1",
        ("graphics", "multisamples"): "0",
        ("graphics", "maxfps"): str(FRAMES_PER_SECOND),
        ("graphics", "vsync"): "0",
    }
    for (section, key), value in settings.items():
        Config.set(section, key, value)
    # SDL brings the fingers itself; mouse and probesysfs together would double every tap.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.remove_section("modules")
    Config.add_section("modules")


def _remove_left_behind() -> None:
    """Folders of processes that were killed before they could tidy up."""
    for folder in _SHARED.glob(f"{_DATA}*-*"):
        owner = folder.name.removeprefix(_DATA).partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _data_without_styles() -> str:
    """Kivy's data with an empty style sheet: parsing that of its own widgets, none of which is used here,
    takes a tenth of the start."""
    spec = importlib.util.find_spec("kivy")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("Kivy is not installed")
    _remove_left_behind()
    folder = Path(tempfile.mkdtemp(prefix=f"{_DATA}{os.getpid()}-", dir=_SHARED))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for entry in (Path(spec.submodule_search_locations[0]) / "data").iterdir():
        if entry.name != _STYLES:
            (folder / entry.name).symlink_to(entry)
    (folder / _STYLES).touch()
    return str(folder)
