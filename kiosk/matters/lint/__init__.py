"""The linter: chapter 2 of the regulation, and what a terminal needs, as rules over matter files.

One module for each article or subject.  A rule cites its article, names the place by line and column, and
says in Chinese and English how to mend it.
"""

from __future__ import annotations

from kiosk.matters.lint.findings import Article, Finding, Severity, exit_code, worst
from kiosk.matters.lint.run import Report, lint, lint_file
from kiosk.matters.lint.subject import Listing, Surroundings

__all__ = [
    "Article",
    "Finding",
    "Listing",
    "Report",
    "Severity",
    "Surroundings",
    "exit_code",
    "lint",
    "lint_file",
    "worst",
]
