"""Every sentence that a page names is there, and none is there that no page says."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.matters.models import Shape
from kiosk.visit.state import CaseState, HelpState, IdentifyPhase, MaterialStatus, Page, PaperState, StepName
from screens.words import Catalogue
from tests.screens.samples import CATALOGUE, IDENTITY_FAULTS

GOOD = (CaseState.ACCEPTED, CaseState.RECEIVED)
CITIZEN = Path(__file__).parents[3] / "screens" / "citizen"
TEXTS = Catalogue.of("zh").texts
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(CITIZEN.glob("*.py")))
GROUPS = sorted({key.split(".")[0] for key in TEXTS} - {"kit"})
LITERALS = set(re.findall(rf'"((?:{"|".join(GROUPS)})\.[a-z0-9_.]+)"', SOURCE))
FORMATTED = [
    re.sub(r"\\\{[^}]*\\\}", "[^.]+(?:[.][^.]+)?", re.escape(each))
    for each in re.findall(rf'f"((?:{"|".join(GROUPS)}|\{{group\}})\.[^"]*\{{[^"]*)"', SOURCE)
]


def test_every_sentence_that_a_page_names_exists() -> None:
    assert LITERALS - set(TEXTS) == set()


def test_no_sentence_is_left_over() -> None:
    said = re.compile("|".join(FORMATTED).replace(re.escape("{group}"), "[a-z]+"))
    left = [
        key for key in TEXTS if not key.startswith("kit.") and key not in LITERALS and not said.fullmatch(key)
    ]
    assert left == []


def test_every_state_has_its_sentence() -> None:
    kept = [state for state in CaseState if state is not CaseState.NOT_SENT]
    wanted = {
        *(f"help.{page.value}" for page in Page),
        *(f"submitting.{step.value}" for step in StepName),
        *(f"material.{status.value}" for status in MaterialStatus),
        *(f"failsafe.{state.value}" for state in kept),
        *(f"done.{state.value}" for state in kept),
        *(f"done.{state.value}_lead" for state in kept),
        *(f"done.next_{state.value}" for state in kept if state not in GOOD),
        *(f"done.{state.value}" for state in PaperState),
        *(f"help.{state.value}" for state in HelpState if state not in (HelpState.CLOSED, HelpState.OPEN)),
        *(f"identify.{phase.value}" for phase in (IdentifyPhase.READING, IdentifyPhase.VERIFYING)),
        *(f"theme.{theme}" for theme in CATALOGUE.themes),
    }
    assert wanted - set(TEXTS) == set()
    assert len(Shape) == 4  # check.submit_* names each


def test_known_faults_say_what_to_do() -> None:
    known = [code for code in IDENTITY_FAULTS if f"fault.{code}" in TEXTS]
    assert len(known) > 15
    for code in known:
        assert "请" in TEXTS[f"fault.{code}"], code
