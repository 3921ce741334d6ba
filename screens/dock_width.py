"""How much room the dock of ``kiosk demo`` takes beside the terminal's picture."""

DOCK_WIDTH = 220
"""Pixels of the demonstrator's own screen, not of the terminal's."""
