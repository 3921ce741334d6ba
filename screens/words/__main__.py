"""``python -m screens.words [language ...]``: what the files lack; ends with 1 where one does."""

from __future__ import annotations

import sys

from screens import words
from screens.words.check import lacking, too_long


def main(wanted: list[str]) -> int:
    there = sorted(path.stem for path in words.FOLDER.glob("*.toml"))
    if unknown := [each for each in wanted if each not in there]:
        print(f"there is no file for {', '.join(unknown)}; there are {', '.join(there)}")
        return 2
    wrong = [(language, line) for language in wanted or there for line in lacking(language)]
    for language, line in wrong:
        print(f"{language}.toml: {line}")
    for language in wanted or there:
        for line in too_long(language) if language not in words.LANGUAGES else ():
            print(f"{language}.toml: look at {line}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
