"""``python -m kiosk`` is the ``kiosk`` command."""

from kiosk.command import main

if __name__ == "__main__":
    main()
