"""What the regulation asks of the service itself, as far as a guide can break it: Articles 14, 22 and 28."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.lint.findings import (
    ARTICLE_5,
    ARTICLE_14,
    ARTICLE_22,
    ARTICLE_22_NOON,
    ARTICLE_28,
    Article,
    Finding,
    Severity,
)
from kiosk.matters.lint.subject import Path_, Subject, Surroundings
from kiosk.matters.models import Matter
from kiosk.matters.slots import DayKind

HOTLINE: Final = "12345"
_HOTLINE_ALONE: Final = re.compile(rf"(?<![\d-]){HOTLINE}(?!\d)")
_PERSONS: Final = re.compile("自然人|个人|公民|居民|个体工商户|群众|人员")
_NOON_GAP: Final = re.compile(
    r"1[12][:：点][0-5]?\d?分?\s*[，,、；;和及]?\s*(?:下午)?\s*(?:1?[3-5]|[123])[:：点]"
)
_NOON_SERVED: Final = re.compile("午间|中午|不间断|值班|全天|24小时[^自]*$")
_TERMINAL: Final = re.compile("自助|终端|一体机")


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _hotline(subject)
    yield from _persons(subject)
    yield from _noon(subject)
    if subject.matter is not None:
        yield from _weekends(subject, subject.matter)
        yield from _at_terminals(subject, subject.matter)
        yield from _in_force(subject, subject.matter, around)
        yield from _joint(subject, subject.matter, around)


def _hotline(subject: Subject) -> Iterator[Finding]:
    """Article 28 (1): one number for complaints."""
    values = [subject.text(*path, "value") for path, _ in subject.items("guide", "supervision")]
    if values and not any(value is not None and _HOTLINE_ALONE.search(value) for value in values):
        yield _finding(
            subject,
            ("guide", "supervision"),
            "article28.hotline",
            Severity.WARNING,
            ARTICLE_28,
            f"监督投诉方式里没有{HOTLINE}：全市投诉监督电话统一为{HOTLINE}，请加上",
            f"{HOTLINE} is missing: complaints go to this number in the whole city; add it",
        )


def _persons(subject: Subject) -> Iterator[Finding]:
    audience = subject.text("guide", "audience")
    if audience is not None and "法人" in audience and not _PERSONS.search(audience):
        yield _finding(
            subject,
            ("guide", "audience"),
            "article22.not_personal",
            Severity.WARNING,
            ARTICLE_22,
            f"服务对象只有“{audience[:20]}”：自助终端凭个人身份证件办个人事项，请写上自然人，或者不放在终端上",
            "terminals serve persons with a card of their own: name them (自然人), or do not offer this here",
        )


def _noon(subject: Subject) -> Iterator[Finding]:
    hours = subject.text("guide", "hours")
    if hours is not None and _NOON_GAP.search(hours) and not _NOON_SERVED.search(_beside_terminals(hours)):
        yield _finding(
            subject,
            ("guide", "hours"),
            "article22.noon",
            Severity.INFO,
            ARTICLE_22_NOON,
            "窗口时间空着午间，没有写“午间不间断”：工作日午间由综合窗口办理的，请写明",
            "the hours leave noon out: where a counter serves at lunch time, say so",
        )


def _beside_terminals(hours: str) -> str:
    return "；".join(part for part in re.split("[；;。]", hours) if not _TERMINAL.search(part))


def _weekends(subject: Subject, matter: Matter) -> Iterator[Finding]:
    days = {day for slot in matter.hours for day in slot.days}
    closed = [
        name
        for kind, name in ((DayKind.WEEKEND, "周末"), (DayKind.PUBLIC_HOLIDAY, "法定节假日"))
        if days and kind not in days
    ]
    if closed:
        yield _finding(
            subject,
            ("hours",),
            "article22.closed",
            Severity.WARNING,
            ARTICLE_22,
            f"{'、'.join(closed)}在终端上办不了：请把这些日子加进hours，后台停机才关的只写停机的时段",
            "on weekends or holidays this cannot be done here: add these days to hours",
        )


def _at_terminals(subject: Subject, matter: Matter) -> Iterator[Finding]:
    if not matter.exchange.is_service_terminals:
        yield _finding(
            subject,
            ("exchange", "is_service_terminals"),
            "article22.not_at_terminals",
            Severity.WARNING,
            ARTICLE_22,
            "写着不进自助终端（is_service_terminals: false）：请改成true，或者把这个事项从终端撤下",
            "it says that this is not done at terminals: set it to true, or take the matter out",
        )
    if not any(_TERMINAL.search(form) for form in matter.guide.handling_forms):
        yield _finding(
            subject,
            ("guide", "handling_forms"),
            "article22.not_at_terminals",
            Severity.WARNING,
            ARTICLE_22,
            "办理形式里没有自助终端：请加上“自助终端办理”，要到窗口办完的写“自助终端预先申报”",
            "the ways to apply do not name the terminal: add 自助终端办理, or 自助终端预先申报",
        )


def _in_force(subject: Subject, matter: Matter, around: Surroundings) -> Iterator[Finding]:
    begins, ends = matter.exchange.plan_effective_date, matter.exchange.plan_cancel_date
    if ends is None:
        return
    if begins is not None and ends <= begins:
        yield _finding(
            subject,
            ("exchange", "plan_cancel_date"),
            "article5.never_in_force",
            Severity.ERROR,
            ARTICLE_5,
            f"取消日期{ends}不晚于生效日期{begins}，哪天都不会提供：请核对",
            f"it ends on {ends} and begins on {begins}, so it is never offered: correct the dates",
        )
    elif ends <= around.today:
        yield _finding(
            subject,
            ("exchange", "plan_cancel_date"),
            "article5.no_longer_in_force",
            Severity.WARNING,
            ARTICLE_5,
            f"已经过了取消日期{ends}，终端不再提供：请下架，或者改日期",
            f"it ended on {ends} and is not offered any more: withdraw it, or correct the date",
        )


def _joint(subject: Subject, matter: Matter, around: Surroundings) -> Iterator[Finding]:
    """Article 14: one lead that is always there, several matters, each once and by its listed name."""
    seen: set[str] = set()
    for index, part in enumerate(matter.parts):
        at = ("parts", index)
        if part.task_code == matter.task_code or part.task_code in seen:
            yield _finding(
                subject,
                (*at, "task_code"),
                "article14.repeated",
                Severity.ERROR,
                ARTICLE_14,
                "这一项就是一件事本身，或者前面已经写过：请改成别的事项，或者删去",
                "this is the joint matter itself, or stands above already: name another, or delete it",
            )
        seen.add(part.task_code)
        if part.lead and part.when is not None:
            yield _finding(
                subject,
                (*at, "when"),
                "article14.lead",
                Severity.ERROR,
                ARTICLE_14,
                "牵头事项不能带条件：条件不成立时就没有牵头部门，请去掉when，或者换一项牵头",
                "the lead may not depend on an answer: nobody would lead; remove when, or let another lead",
            )
        listed = around.base.items.get(part.catalog_code) if around.base is not None else None
        if listed is not None and listed[0] and not part.name.zh.startswith(listed[0]):
            yield _finding(
                subject,
                (*at, "name", "zh"),
                "article14.name",
                Severity.WARNING,
                ARTICLE_14,
                f"名称与基本目录不一致：目录中是“{listed[0]}”，请改成一致，俗称写在后面的括号里",
                f"the base catalogue says “{listed[0]}”: use that name, everyday words in brackets behind",
            )
    if len(matter.parts) == 1:
        yield _finding(
            subject,
            ("parts",),
            "article14.single",
            Severity.WARNING,
            ARTICLE_14,
            "一件事只有一个事项：请写全要一起办的事项，只有一个的不用parts",
            "a joint matter of one: name the others, or leave out parts",
        )


def _finding(
    subject: Subject, path: Path_, code: str, severity: Severity, article: Article, zh: str, en: str
) -> Finding:
    return subject.finding(path, code, severity, article, zh, en)
