"""The ``kiosk`` command line: a module for each group of its commands."""

from kiosk.cli.commands import app, main

__all__ = ["app", "main"]
