"""Forms kept for another day: for one person only, until a day, and gone without a trace."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import apsw
import pytest

from devices.contract import Fault
from kiosk.delivery import saved
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.saved import SavedForm, SavedForms, last_day
from kiosk.delivery.store import Store
from kiosk.delivery.vault import Vault
from kiosk.durable import KEY_BYTES
from tests.kiosk.delivery.samples import steady_clock

TODAY = date(2026, 11, 24)
MATTER, OTHER = "114104000058A6147B3410723011000", "11410400005459150K3442014001001"
NUMBER, SOMEBODY = "41040219490615301X", "110105194912310021"
FORM = SavedForm(
    MATTER,
    "1",
    "2026-12-24",
    {"address": "新华区示范路1号", "name": "\ud842"},
    frozenset({"OATH"}),
    ("PHOTO",),
)


def forms_of(outbox: Outbox) -> SavedForms:
    return SavedForms(outbox.store, outbox.vault)


def test_the_same_person_gets_it_back_and_nobody_else(outbox: Outbox) -> None:
    forms = forms_of(outbox)
    assert forms.keep(NUMBER, FORM, TODAY) is None
    assert forms.of(NUMBER.lower(), TODAY) == (FORM,)
    assert forms.of(SOMEBODY, TODAY) == ()
    assert forms.of("", TODAY) == ()
    other_device = SavedForms(outbox.store, Vault(b"x" * KEY_BYTES))
    assert other_device.of(NUMBER, TODAY) == ()


def test_a_form_that_is_moved_to_somebody_else_does_not_open(outbox: Outbox, store: Store) -> None:
    forms = forms_of(outbox)
    assert forms.keep(NUMBER, FORM, TODAY) is None
    assert forms.keep(SOMEBODY, SavedForm(OTHER, "1", "2026-12-24"), TODAY) is None

    def move(connection: apsw.Connection) -> None:
        connection.execute(
            "UPDATE saved_forms SET holder = (SELECT holder FROM saved_forms WHERE task_code = ?1)"
            " WHERE task_code = ?2",
            (OTHER, MATTER),
        )

    assert store.write(move) is None
    assert [form.task_code for form in _good(forms.of(SOMEBODY, TODAY))] == [OTHER]


def test_one_form_a_matter_and_the_newest_counts(outbox: Outbox) -> None:
    forms = forms_of(outbox)
    again = SavedForm(MATTER, "2", "2027-01-05", {"address": "卫东区"})
    for form in (FORM, SavedForm(OTHER, "1", "2026-12-01"), again):
        assert forms.keep(NUMBER, form, TODAY) is None
    assert forms.of(NUMBER, TODAY) == (again, SavedForm(OTHER, "1", "2026-12-01"))


def test_it_is_there_on_its_last_day_and_not_after(outbox: Outbox) -> None:
    forms = forms_of(outbox)
    assert forms.keep(NUMBER, FORM, TODAY) is None
    last = date(2026, 12, 24)
    assert last_day(TODAY) == last
    assert forms.of(NUMBER, last) == (FORM,)
    assert forms.of(NUMBER, last + timedelta(days=1)) == ()
    assert forms.purge(last) is None
    assert forms.of(NUMBER, TODAY) == (FORM,)
    steady_clock(outbox.store)
    assert forms.purge(last + timedelta(days=1)) is None
    assert forms.of(NUMBER, TODAY) == ()


def test_what_is_destroyed_leaves_no_byte(outbox: Outbox, store: Store) -> None:
    forms = forms_of(outbox)
    assert forms.keep(NUMBER, FORM, TODAY) is None
    sealed = _bodies(store)
    assert forms.destroy(SOMEBODY, MATTER) is None
    assert forms.of(NUMBER, TODAY) == (FORM,)
    assert forms.destroy(NUMBER, MATTER) is None
    assert forms.destroy(NUMBER, MATTER) is None
    assert forms.of(NUMBER, TODAY) == ()
    for path in _files(store.path):
        content = path.read_bytes()
        for secret in (*sealed, "新华区".encode(), NUMBER.encode()):
            assert secret not in content, path.name


def test_nobody_and_too_many_are_told(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = forms_of(outbox)
    nobody = forms.keep(" ", FORM, TODAY)
    assert isinstance(nobody, Fault)
    assert nobody.code == "saved.nobody"
    monkeypatch.setattr(saved, "MOST_FORMS", 1)
    assert forms.keep(NUMBER, FORM, TODAY) is None
    full = forms.keep(SOMEBODY, FORM, TODAY)
    assert isinstance(full, Fault)
    assert full.code == "saved.too_many"
    steady_clock(outbox.store)
    assert forms.keep(SOMEBODY, FORM, date(2027, 1, 1)) is None  # the old one's day is over


def _good(found: tuple[SavedForm, ...] | Fault) -> tuple[SavedForm, ...]:
    assert not isinstance(found, Fault)
    return found


def _bodies(store: Store) -> list[bytes]:
    rows = store.read("SELECT body, data_key FROM saved_forms")
    assert not isinstance(rows, Fault)
    return [bytes(value) for row in rows for value in row]


def _files(path: Path) -> list[Path]:
    return [each for each in path.parent.glob(f"{path.name}*") if not each.name.endswith(".lock")]
