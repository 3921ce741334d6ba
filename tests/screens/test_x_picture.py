"""What a person sees on a real X server, not what was asked of the renderer: whole frames, and parts.

A renderer may take short ways for windows of one kind that it does not take in memory, and be wrong there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.bench.display import HEIGHT, WIDTH, virtual_display
from tests.screens.test_images import DIFFERENT_AT_MOST, MEAN_AT_MOST, REFERENCES, SMALLER, apart

PROGRAM = """
from screens import window_setup
from screens.window_setup import Display

window_setup.prepare(Display(), headless=False)

from kivy.base import EventLoop
from kivy.core.window import Window

from kiosk.matters.load import load_folder
from screens.kit.damage import DAMAGE
from screens.kit.tree import tree
from screens.opening import open_window
from tests.screens.conftest import MATTERS, NOON, Puppet
from dataclasses import replace
from tests.screens.pages import PAGES

puppet = Puppet(load_folder(MATTERS))
puppet.state = replace(PAGES["home"], number=1)
window = open_window(puppet, Display(), motion=False, now=lambda: NOON)
DAMAGE._follow = lambda: None
EventLoop.idle()
EventLoop.idle()
assert DAMAGE.active
button = next(node.widget for node in tree(window.stage) if node.key.startswith("matter:"))
left, low, right, top = (int(each) for each in (button.x, button.y, button.right, button.top))
for pressed in (None, True, False):
    if pressed is not None:
        button._set_pressed(pressed)
        EventLoop.idle()
    print(left, Window.height - top, right, Window.height - low, flush=True)
    input()
"""


def test_the_display_shows_what_was_drawn(tmp_path: Path) -> None:
    with virtual_display() as display:
        environment = {**os.environ, "DISPLAY": display.name, "SDL_VIDEODRIVER": "x11"}
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdin is not None and program.stdout is not None
            seen = []
            for _ in range(3):
                left, top, right, low = (int(each) for each in program.stdout.readline().split())
                seen.append(display.picture())
                program.stdin.write("\n")
                program.stdin.flush()
    home, pressed, released = seen
    with Image.open(REFERENCES / "home-portrait-light.png") as before:
        small = home.resize((WIDTH // SMALLER, HEIGHT // SMALLER), Image.Resampling.BOX)
        mean, different = apart(small, before.convert("RGB"))
    assert mean <= MEAN_AT_MOST and different <= DIFFERENT_AT_MOST, (mean, different)
    assert released.tobytes() == home.tobytes()
    box = left, top, right, low
    assert pressed.crop(box).tobytes() != home.crop(box).tobytes()
    around = Image.new("RGB", pressed.size)
    assert _without(pressed, box, around) == _without(home, box, around)


def _without(picture: Image.Image, box: tuple[int, int, int, int], blank: Image.Image) -> bytes:
    picture = picture.copy()
    picture.paste(blank.crop(box), box)
    return picture.tobytes()
