"""What the tests of citizens' pages share."""

from __future__ import annotations

import pytest

from screens.app import CitizenWindow
from screens.robot import Robot


@pytest.fixture
def robot(window: CitizenWindow) -> Robot:
    return Robot(window)
