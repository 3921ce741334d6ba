"""The self-test of an ESC/POS printer: the four status questions, then model and firmware where told.

``DLE EOT`` 1 is the printer, 2 what took it offline, 3 what failed, 4 the paper.
"""

from __future__ import annotations

from typing import Final

from devices.contract import Check, Fault
from devices.printers.escpos_line import EscposLine
from devices.printers.escpos_status import RawStatus, status_of

_QUESTIONS: Final = ((1, "printer"), (2, "cover"), (3, "error"), (4, "paper"))
_FIRMWARE, _MODEL = 65, 67
_ABOUT: Final = {  # which question a fault belongs to
    "printer.offline": "printer",
    "printer.door_open": "cover",
    "printer.error": "error",
    "printer.cutter": "error",
    "printer.paper_out": "paper",
}


def checks(line: EscposLine, place: str) -> tuple[list[Check], str]:
    """The checks, and model and firmware as one text, empty where they are not told."""
    made = [Check("line", True, place)]
    answers: dict[int, int | None] = {}
    for number, name in _QUESTIONS:
        answer = line.ask(number)
        if isinstance(answer, Fault):
            return [*made, Check(name, False, answer.cause, answer)], ""
        answers[number] = answer
    raw = RawStatus(answers[1], answers[2], answers[3], answers[4])
    fault = status_of(raw, "").fault
    if not raw.answered:
        return [*made, Check("answer", False, "no answer to DLE EOT", fault)], ""
    concerns = _ABOUT.get(fault.code, "printer") if fault else ""
    for number, name in _QUESTIONS:
        answer = answers[number]
        told = f"DLE EOT {number}: " + ("no answer" if answer is None else f"{answer:02x}")
        made.append(Check(name, name != concerns, told, fault if name == concerns else None))
    return (made, "") if fault else (made, _model(line, made))


def _model(line: EscposLine, made: list[Check]) -> str:
    """Only a printer that is ready answers this, and one that does not know it answers nothing."""
    told = [line.ask_text(number) for number in (_MODEL, _FIRMWARE)]
    text = " ".join(part for part in told if isinstance(part, str) and part)
    made.append(Check("firmware", True, text or "not told"))
    return text
