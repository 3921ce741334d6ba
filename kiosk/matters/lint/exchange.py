"""The fields of the national exchange say the same as the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.kinds import LimitUnit
from kiosk.matters.lint.findings import ARTICLE_7, Finding, Severity
from kiosk.matters.lint.subject import Subject, Surroundings

_NOT: Final = re.compile(r"不需要|无需|无须|不支持|不提供|不用|不适用|不收费|不在网上|不能网上|不可网上")
AT_ONCE: Final = "1"  # project_type 即办件


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    if subject.matter is None:
        return
    exchange, guide = subject.matter.exchange, subject.matter.guide
    charged = guide.fee.amount_fen > 0 or guide.fee.up_to_fen is not None
    limit = guide.promised_limit
    within_a_day = limit.amount <= 1 and limit.unit is not LimitUnit.MONTH
    at_once = within_a_day or limit.unit in (LimitUnit.MINUTE, LimitUnit.HOUR)
    for field, wrong, element in (
        ("is_fee", exchange.is_fee is not None and exchange.is_fee != charged, "收费标准"),
        ("is_pay_online", exchange.is_pay_online and bool(_NOT.search(guide.online_payment)), "网上支付"),
        ("is_express", exchange.is_express and bool(_NOT.search(guide.express)), "物流快递"),
        ("is_schedule", exchange.is_schedule and bool(_NOT.search(guide.appointment)), "预约办理"),
        ("project_type", exchange.project_type == AT_ONCE and not at_once, "承诺办结时限"),
    ):
        if wrong:
            yield subject.finding(
                ("exchange", field),
                "exchange.disagrees",
                Severity.WARNING,
                ARTICLE_7,
                f"{field}与指南的“{element}”不一致：请改成一致",
                f"{field} contradicts the guide's {element}: correct one of them",
            )
