"""What every touch is."""

from __future__ import annotations


class Touch:
    """Base of whatever a finger, key or scanner switch did on a page."""
