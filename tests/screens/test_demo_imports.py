"""The demonstration sets its window up before anything of Kivy is imported."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_of_kivy_is_imported_before_the_window_is_set_up() -> None:
    asked = (
        "import sys, screens.main, screens.demo_dock, screens.rehearsal, kiosk.terminal, kiosk.virtual_hall;"
        "print('kivy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
