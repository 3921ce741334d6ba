"""``python -m screens.words [language ...]``: what the files lack; ends with 1 where one does."""

from __future__ import annotations

import sys

from screens.words import lacking, languages


def main(wanted: list[str]) -> int:
    there = languages()
    if unknown := [each for each in wanted if each not in there]:
        print(f"there is no file for {', '.join(unknown)}; there are {', '.join(there)}")
        return 2
    wrong = [(language, line) for language in wanted or there for line in lacking(language)]
    for language, line in wrong:
        print(f"{language}.toml: {line}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
