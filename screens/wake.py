"""What wakes the window's thread from its sleep.  Without Kivy: rung from any thread or signal handler."""

from __future__ import annotations

from typing import Final

from devices.bell import Bell

WAKE: Final = Bell()
"""One for the process, as Kivy has one window."""
