"""What was paid into an insurance month by month: one account for each kind, told apart by its values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.matters.periods import month_text
from kiosk.server.extracts import EMPLOYER, Extract, month_words, monthly_base, months, opened, yuan

_COLUMNS: Final = ("缴费月份", "缴费基数（元）", "单位缴纳（元）", "个人缴纳（元）", "状态")


@dataclass(frozen=True)
class Insurance:
    """``register`` names the invented account; the shares are percent of the monthly base."""

    register: str
    title: str
    name: str  # 险种
    employer_percent: int
    own_percent: int
    state: str  # of a month that was paid
    employer_label: str
    after_total: str = ""  # what the note says of the own payments
    total_in_statement: bool = False

    def contributions(self, number: str, first: date, last: date, today: date) -> Extract:
        """The months from ``first`` to ``last`` since the account was opened; amounts in yuan."""
        rows = []
        total = 0
        for month in months(max(first, opened(number, self.register)), last):
            base = monthly_base(number, self.register, month)
            own = base * self.own_percent // 100
            total += own
            employer = base * self.employer_percent // 100
            rows.append((month_text(month), yuan(base), yuan(employer), yuan(own), self.state))
        span = f"{month_words(first)}至{month_words(last)}"
        paid = f"个人缴纳合计{yuan(total)}元"
        statement = f"在本市参加{self.name}，{span}实际缴费{len(rows)}个月"
        return Extract(
            title=self.title,
            columns=_COLUMNS,
            rows=tuple(rows),
            note=f"{span}共缴费{len(rows)}个月，{paid}{self.after_total}。",
            statement=f"{statement}，{paid}" if self.total_in_statement else statement,
            facts=(("险种", self.name), (self.employer_label, EMPLOYER)),
        )


OLD_AGE: Final = Insurance(
    register="pension",
    title="基本养老保险参保缴费明细",
    name="企业职工基本养老保险",
    employer_percent=16,
    own_percent=8,
    state="已缴",
    employer_label="缴费单位",
    total_in_statement=True,
)
MEDICAL: Final = Insurance(
    register="medical",
    title="职工基本医疗保险缴费明细",
    name="职工基本医疗保险",
    employer_percent=7,
    own_percent=2,
    state="已到账",
    employer_label="参保单位",
    after_total="，全部记入个人账户",
)
