"""What may be promised about time: nothing that a missing answer or an owed material can break.

Page and slip both say it from here, so that they never say two things.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from kiosk.matters import guide as guides
from kiosk.matters.kinds import LimitUnit
from kiosk.visit.state import CaseState, MaterialStatus, Visit
from kiosk.visit.world import SHANGHAI
from values import dataclass

if TYPE_CHECKING:
    from kiosk.matters.models import TimeLimit

UNDER_WAY: Final = (CaseState.ACCEPTED, CaseState.RECEIVED)
"""What has ended, or has not reached the platform, has no time limit that runs."""


@dataclass(frozen=True)
class Promise:
    """``by`` is the platform's own last day, ``words`` what it says instead of a day.

    ``once_complete``: the time runs from the last owed material.
    """

    limit: TimeLimit
    by: str = ""  # YYYY-MM-DD
    once_complete: bool = False
    words: str = ""

    @property
    def at_once(self) -> bool:
        return self.limit.unit is LimitUnit.IMMEDIATE and not self.words

    def limit_text(self, language: str) -> str:
        """The limit in words; without its note where the sentence says already from when it runs."""
        told = self.limit.model_copy(update={"note": ""}) if self.once_complete else self.limit
        return guides.limit_text(told, language)


def promise(visit: Visit) -> Promise | None:
    """The promise of this visit's application as it stands; ``None`` where there is nothing to promise."""
    submission = visit.submission
    if visit.matter is None or submission is None or submission.state not in UNDER_WAY:
        return None
    limit = visit.matter.guide.promised_limit
    answer = submission.answer
    words = answer.promised_words if answer else ""
    if limit.unit is LimitUnit.IMMEDIATE:  # a last day beside "done at once" would be untrue
        return Promise(limit, words=words)
    owed = answer is not None and answer.owed
    if owed or any(view.status is MaterialStatus.OWED for view in visit.materials):
        return Promise(limit, once_complete=True)
    return Promise(limit, by=(answer.promised_by or "") if answer else "", words=words)


def finish_by(visit: Visit) -> str:
    """The last day (YYYY-MM-DD) for what a pre-application still needs in person; empty for all else."""
    submission = visit.submission
    if visit.matter is None or visit.matter.finish is None or submission is None:
        return ""
    if submission.state not in UNDER_WAY:
        return ""
    began = datetime.fromisoformat(submission.began_utc).astimezone(SHANGHAI).date()
    return (began + timedelta(days=visit.matter.finish.days)).isoformat()


def window_hours(hours: str) -> str:
    """The clause of a guide's hours that is about the service windows; empty when it names none.

    ``自助终端全天24小时；窗口在法定工作日9:00至12:00`` -> ``窗口在法定工作日9:00至12:00``.
    """
    clauses = hours.replace("；", "。").replace(";", "。").split("。")
    return next((clause.strip() for clause in clauses if "窗口" in clause), "")
