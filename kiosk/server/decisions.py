"""What becomes of an application: a pure function of the matter, what was handed in, and the command.

============ ===================================================================================
certificate  accepted at once, with its paper
query        accepted at once, with the table (and its paper, where the matter promises one)
filing       accepted at once
application  accepted when every material is there or is one that may be owed and is owed (容缺);
             otherwise 补正: everything that is missing is told at once (行政许可法 art. 32)
============ ===================================================================================

A pre-application (``finish``) is received: it is accepted where it is finished, and no time runs before.
Who certainly does not fulfil a condition of the matter is refused, with the condition and what to do instead.
A commanded decision (rehearsal) goes before all of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from kiosk.matters.asking import wanted
from kiosk.matters.calendar import Calendar
from kiosk.matters.models import Condition, Material, MaterialSource, Matter, Shape, TimeLimit
from kiosk.matters.rules import Facts
from kiosk.server.problems import FieldError
from kiosk.server.settings import DecisionName

SUPPLEMENT_DAYS: Final = 30
"""How long a request to supplement stands, in calendar days."""

AT_HAND: Final = frozenset({"provided", "shared", "declared"})

Words = dict[str, str]

STATE_TEXTS: Final[Mapping[DecisionName, Words]] = {
    "accepted": {"zh": "已受理", "en": "Accepted"},
    "received": {"zh": "已收件，待审查", "en": "Received, waiting for review"},
    "refused": {"zh": "不予受理", "en": "Not accepted"},
    "supplement": {"zh": "需要补正材料", "en": "Please supplement"},
}
PRE_APPLIED: Final[Words] = {
    "zh": "已预先申报，待到窗口办理",
    "en": "Pre-application received, to be finished at the counter",
}
_DONE_TEXTS: Final[Mapping[Shape, Words]] = {
    Shape.CERTIFICATE: {"zh": "已办结", "en": "Done"},
    Shape.QUERY: {"zh": "已办结", "en": "Done"},
    Shape.FILING: {"zh": "已登记", "en": "Registered"},
}
_BOOKED: Final[Words] = {
    "zh": "已预约",
    "en": "Booked",
}  # to a couple that only has an appointment, 已登记 is untrue
_REASONS: Final[Mapping[DecisionName, Words]] = {
    "refused": {
        "zh": "经审查，不符合该事项的受理条件（演练指令），不予受理。如有疑问请拨打12345。",
        "en": "The conditions of this matter are not met (rehearsal). Call 12345 with any question.",
    },
    "supplement": {
        "zh": "申请材料不齐全，请在期限内一次补齐下列材料。",
        "en": "Some materials are missing; hand in everything listed, before the date given.",
    },
}
_SOMETHING: Final = ("IDENTITY_PAPER", "身份证明原件", "Original identity document")
"""What a commanded "please supplement" asks for where a matter has no materials at all."""


@dataclass(frozen=True)
class Decision:
    state: DecisionName
    state_text: Words
    reason: Words | None
    promised_by: str | None
    supplements: tuple[dict[str, Any], ...] = ()
    owed: tuple[dict[str, Any], ...] = ()

    @property
    def accepted(self) -> bool:
        return self.state == "accepted"


def decide(
    matter: Matter,
    materials: Mapping[str, str],
    today: date,
    commanded: DecisionName | None = None,
    unmet: Condition | None = None,
    needless: frozenset[str] = frozenset(),
) -> Decision:
    """``materials`` is code -> status as handed in; ``today`` is the day in Asia/Shanghai.

    What is ``needless`` here (:func:`needless_materials`) is not missing.
    """
    if unmet is not None and commanded is None:
        return Decision("refused", STATE_TEXTS["refused"], _why(unmet), None)
    missing = []
    if matter.shape is Shape.APPLICATION:
        missing = [each for each in _missing(matter, materials) if each.code not in needless]
    if matter.finish is not None and commanded is None and not missing:
        return Decision("received", PRE_APPLIED, None, None)
    state: DecisionName = commanded or ("supplement" if missing else "accepted")
    if state == "accepted":
        return Decision(
            state=state,
            state_text=_done_text(matter),
            reason=None,
            promised_by=promised_by(matter.guide.promised_limit, today),
            owed=tuple(
                _owed(material, today)
                for material in matter.guide.materials
                if materials.get(material.code) == "owed" and material.owing is not None
            ),
        )
    supplements = _supplements(matter, missing, today) if state == "supplement" else ()
    return Decision(state, STATE_TEXTS[state], _REASONS.get(state), None, supplements)


def _done_text(matter: Matter) -> Words:
    if matter.shape is Shape.FILING and matter.exchange.is_schedule:
        return _BOOKED
    return _DONE_TEXTS.get(matter.shape, STATE_TEXTS["accepted"])


def _why(unmet: Condition) -> Words:
    zh, en = f"不符合受理条件：{unmet.zh}。", f"This condition is not met: {unmet.en}."
    if unmet.otherwise is not None:
        zh, en = f"{zh}{unmet.otherwise.zh}", f"{en} {unmet.otherwise.en}"
    return {"zh": zh, "en": en}


def needless_materials(
    matter: Matter, answers: Mapping[str, str], facts: Facts, today: date
) -> frozenset[str]:
    """Codes of materials whose condition (``when``) does not hold for this applicant."""
    return frozenset(
        material.code
        for material in matter.guide.materials
        if not wanted(material.when, answers, facts, today)
    )


def promised_by(limit: TimeLimit, accepted: date) -> str:
    """The last day of a promised limit; what ends within minutes ends today."""
    return Calendar().last_day(limit, accepted).day.isoformat()


def unknown_materials(matter: Matter, codes: list[str]) -> list[FieldError]:
    """Codes that are not on the matter's list, and codes that are there twice."""
    known = {material.code for material in matter.guide.materials}
    found = []
    for index, code in enumerate(codes):
        if code not in known:
            found.append(
                FieldError(
                    f"materials.{index}.code",
                    "unknown",
                    "不在该事项的材料清单中",
                    "is not on this matter's list",
                )
            )
        elif code in codes[:index]:
            found.append(FieldError(f"materials.{index}.code", "repeated", "材料重复", "is there twice"))
    return found


def licences_of(matters: list[Matter]) -> list[str]:
    """Codes of materials and licences that this platform supplies: all that a matter expects of it."""
    supplied = set()
    for matter in matters:
        for material in matter.guide.materials:
            if material.source is MaterialSource.PLATFORM:
                supplied |= {material.code, material.licence} - {""}
    return sorted(supplied)


def _missing(matter: Matter, materials: Mapping[str, str]) -> list[Material]:
    return [
        material
        for material in matter.guide.materials
        if materials.get(material.code) not in AT_HAND
        and not (materials.get(material.code) == "owed" and material.owing is not None)
    ]


def _supplements(matter: Matter, missing: list[Material], today: date) -> tuple[dict[str, Any], ...]:
    until = (today + timedelta(days=SUPPLEMENT_DAYS)).isoformat()
    asked = missing or [
        material for material in matter.guide.materials if material.source is MaterialSource.APPLICANT
    ]
    named = [(each.code, each.name.zh, each.name.en) for each in asked or matter.guide.materials[:1]]
    return tuple(
        {"code": code, "name": chinese, "name_en": english, "until": until}
        for code, chinese, english in named or [_SOMETHING]
    )


def _owed(material: Material, today: date) -> dict[str, Any]:
    assert material.owing is not None
    return {
        "code": material.code,
        "name": material.name.zh,
        "name_en": material.name.en,
        "until": (today + timedelta(days=material.owing.days)).isoformat(),
        "how": material.owing.how.zh,
        "how_en": material.owing.how.en,
    }
