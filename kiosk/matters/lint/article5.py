"""Article 5: nothing outside the province's base catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.matters.lint.findings import ARTICLE_5, ARTICLE_6, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject, Surroundings


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    if around.base is None:
        return
    for path, name in _codes(subject):
        code = subject.text(*path)
        if code is None:
            continue
        item = around.base.items.get(code)
        if item is None:
            yield subject.finding(
                path,
                "article5.not_listed",
                Severity.ERROR,
                ARTICLE_5,
                f"基本编码{code}不在基本目录（{around.base.version}）中，不得提供：请核对编码；目录已取消的事项请下架",
                f"base code {code} is not in the base catalogue ({around.base.version}): it may not "
                "be offered; correct the code, or withdraw the matter",
            )
        elif name is not None:
            yield from _as_listed(subject, name, *item)


def _as_listed(subject: Subject, at: Path_, name: str, kind: str) -> Iterator[Finding]:
    given = subject.text(*at)
    if given is not None and name and given != name:
        yield subject.finding(
            at,
            "article6.name",
            Severity.ERROR,
            ARTICLE_6,
            f"事项名称与基本目录不一致：目录中是“{name}”，请改成一致",
            f"the name differs from the base catalogue, which says “{name}”: use that one",
        )
    own = subject.text("guide", "item_type")
    if own is not None and kind and own != kind:
        yield subject.finding(
            ("guide", "item_type"),
            "article6.type",
            Severity.ERROR,
            ARTICLE_6,
            f"事项类型与基本目录不一致：目录中是“{kind}”，请改成一致",
            f"the type differs from the base catalogue, which says “{kind}”: use that one",
        )


def _codes(subject: Subject) -> Iterator[tuple[Path_, Path_ | None]]:
    yield ("catalog_code",), ("name", "zh")
    for path, _ in subject.items("parts"):  # of a joint matter: each of its matters has to be listed
        yield (*path, "catalog_code"), None
