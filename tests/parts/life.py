"""What a terminal does to its store in a few visits, what it may say afterwards, and whether that is true.

:func:`live` tells each thing as soon as it has been acknowledged, and only then; :func:`judge` looks at what
a power cut, an end or a failing disk has left, and names everything that was told and is not so.
``python -m tests.parts.life FOLDER`` lives on a disk from outside, and tells on standard output.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from devices.contract import Fault
from kiosk.audit.chain import AuditTrail, Head, verify
from kiosk.delivery.application import Answer, Draft, parse_answer
from kiosk.delivery.outbox import Kept, Outbox, entries
from kiosk.delivery.saved import SavedForm, SavedForms, last_day
from kiosk.delivery.store import Store, open_store
from tests.kiosk.delivery.samples import NUMBER, TASK_CODE, draft

TODAY: Final = date(2026, 11, 26)
FORM: Final = SavedForm(TASK_CODE, "1", last_day(TODAY).isoformat(), {"phone": "13937500026"})

OPENINGS: Final = 40
Tell = Callable[[str, str], None]
"""What was acknowledged (``kept``, ``answered``, ``erased``, ``chain``, ``form``), and of what."""


def live(store: Store, outbox: Outbox, tell: Tell, visits: int = 3, prefix: str = "a") -> None:
    """A few visits.  A fault ends a step, never the life: it has been said, and the next citizen comes."""
    trail = AuditTrail(store)
    forms = SavedForms(store, outbox.vault)
    for number in range(visits):
        application = made(f"{prefix}{number}")
        if not isinstance(outbox.keep(application), Kept):
            continue  # the citizen was told that nothing was submitted
        tell("kept", application.key)
        head = trail.append("application.begin", key=application.key, task_code=TASK_CODE)
        if isinstance(head, Head):
            tell("chain", f"{head.seq}:{head.digest}")
        outbox.mark_attempt(application.key, Fault("platform.timeout"))
        if number % 3 == 2:
            if forms.keep(NUMBER, FORM, TODAY) is None:
                tell("form", FORM.task_code)
            continue  # stays queued
        if outbox.acknowledge(application.key, answer_to(application)) is not None:
            outbox.settle(application.key, papers_out=True)
            continue  # it stays queued, and is sent once more
        tell("answered", application.key)
        if number % 3 == 0 and outbox.settle(application.key, papers_out=True) is None:
            tell("erased", application.key)
        elif number % 3 == 1:
            outbox.settle(application.key, papers_out=False)


def made(name: str) -> Draft:
    key = str(uuid.uuid5(uuid.NAMESPACE_OID, name))
    return draft(f"{name:0>18}", key=key, serial=f"S-{name}", answers={"text": "x" * 600})


def answer_to(application: Draft) -> Answer:
    content = {"project_no": f"P-{application.serial}", "state": "accepted", "note": "y" * 300}
    parsed = parse_answer(json.dumps(content).encode())
    assert isinstance(parsed, Answer)
    return parsed


def judge(folder: Path, told: Iterable[tuple[str, str]]) -> list[str]:
    """What is not as it was told, in the store that lies in ``folder``.  Service goes on: it must open."""
    before = list(told)
    store = open_store(folder / "terminal.sqlite")
    if isinstance(store, Fault):
        return [f"it does not open: {store.code} {store.cause}"]
    try:
        if store.moved_aside is not None:
            return ["it was found damaged"]
        outbox = Outbox.open(store, folder / "device.key")
        if isinstance(outbox, Fault):
            return [f"it does not open: {outbox.code} {outbox.cause}"]
        return list(_untrue(store, outbox, before))
    finally:
        store.close()


def _untrue(store: Store, outbox: Outbox, told: list[tuple[str, str]]) -> Iterable[str]:
    listed = entries(store)
    assert not isinstance(listed, Fault)
    states = {entry.key: entry.state for entry in listed}
    if len(states) != len(listed):
        yield "something is there twice"
    erased = store.read("SELECT key FROM applications WHERE data_key IS NULL AND body IS NULL")
    assert not isinstance(erased, Fault)
    gone = {key for (key,) in erased}
    for what, of in told:
        if what == "kept" and of not in states:
            yield f"{of} was called submitted and is lost"
        elif what == "answered" and states.get(of) != "accepted":
            yield f"{of} was answered and is {states.get(of)}"
        elif what == "erased" and of not in gone:
            yield f"{of} was erased and is there again"
        elif what == "form" and not SavedForms(store, outbox.vault).of(NUMBER, TODAY):
            yield "a form was kept and is lost"
    for key, state in states.items():
        if key not in gone and isinstance(outbox.parcel(key), Fault):
            yield f"{key} ({state}) does not open"
    heads = [of for what, of in told if what == "chain"]
    known = Head(int(heads[-1].partition(":")[0]), heads[-1].partition(":")[2]) if heads else None
    broken = verify(store, known)
    if broken is not None:
        yield f"the chain does not hold: {broken}"


def told_in(text: str) -> list[tuple[str, str]]:
    """What a life from outside has told; a last line that was cut off was not read by anybody."""
    lines = [line.split() for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [(words[0], words[1]) for words in lines if len(words) == 2]


def main(arguments: list[str]) -> int:
    folder, visits = Path(arguments[0]), int(arguments[1])
    prefix = arguments[2] if len(arguments) > 2 else "a"

    def tell(what: str, of: str) -> None:
        os.write(1, f"{what} {of}\n".encode())

    for _ in range(OPENINGS):  # whoever watches over a service starts it again
        opened: Any = open_store(folder / "terminal.sqlite")
        outbox = Outbox.open(opened, folder / "device.key") if isinstance(opened, Store) else opened
        if isinstance(outbox, Outbox):
            break
        print(f"{outbox.code} {outbox.cause}", file=sys.stderr)
        if isinstance(opened, Store):
            opened.close()
    else:
        return 1
    live(opened, outbox, tell, visits, prefix)
    opened.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
