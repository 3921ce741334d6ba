"""Pictures of samples: those that a guide shows have to be there."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.subject import Subject, Surroundings


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    if around.pictures is None:
        return
    for path, _ in subject.items("pictures"):
        file = subject.text(*path, "file")
        if file is not None and file not in around.pictures:
            yield subject.finding(
                (*path, "file"),
                "samples.missing",
                Severity.ERROR,
                ARTICLE_7,
                f"图片“{file[:60]}”还没有：请上传到pictures文件夹，或者核对文件名",
                f"there is no picture “{file[:60]}”: put it into the folder pictures, or correct the name",
            )
