"""How the tests share one machine when two workers run them at once (``-n 2 --dist loadgroup``)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

# No test asserts on absolute time: a busy machine would fail it.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")

HERE: Final = Path(__file__).parent
ONE_AT_A_TIME: Final = {
    # Whole visits: every hall's terminal sees the first slot of pcscd's virtual reader.
    "kiosk/test_rehearsals.py": "hall",
    # They start, end and share the machine's one pcscd.
    "devices/identity": "pcscd",
    "devices/virtual/test_pcscd.py": "pcscd",
    "devices/virtual/test_vpcd.py": "pcscd",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays on one worker, and so do files that use the same part of the machine."""
    for item in items:
        path = item.path.relative_to(HERE).as_posix()
        group = next((name for place, name in ONE_AT_A_TIME.items() if path.startswith(place)), path)
        item.add_marker(pytest.mark.xdist_group(group))
