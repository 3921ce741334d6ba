"""``python -m kiosk.cli``: the command, where it is not installed."""

from kiosk.cli.commands import main

if __name__ == "__main__":
    main()
