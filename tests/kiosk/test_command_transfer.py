"""``kiosk outbox export``, ``import`` and ``retry``: a scrapped terminal takes nothing with it."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from devices.contract import Deadline, Fault
from kiosk.delivery.application import Answer, parse_answer
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox, counts
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.store import Store, open_store
from kiosk.settings import PlatformSettings
from tests.kiosk.delivery.fake_platform import FakePlatform, fake_platform
from tests.kiosk.delivery.samples import ADDRESS, NAME, NUMBER, PHONE, SECRETS, draft
from tests.kiosk.test_command_store import damage, kiosk


class Machine:
    """A terminal's file, store and key in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.file = folder / "terminal.toml"
        self.path = folder / "state" / "terminal.sqlite"
        self.key = folder / "state" / "device.key"
        self.file.write_text(f'[terminal]\nid = "{folder.name}"\n', encoding="utf-8")

    def open(self) -> Outbox:
        store = open_store(self.path)
        assert isinstance(store, Store), store
        outbox = Outbox.open(store, self.key)
        assert isinstance(outbox, Outbox), outbox
        return outbox

    def states(self) -> object:
        outbox = self.open()
        try:
            return counts(outbox.store)
        finally:
            outbox.store.close()


@pytest.fixture
def old(tmp_path: Path) -> Machine:
    """Two queued, one set aside, one accepted whose papers are owed, one finished."""
    machine = Machine(tmp_path / "old")
    outbox = machine.open()
    for number in range(5):
        outbox.keep(draft(NUMBER, key=f"key-0000-{number}", serial=f"SERIAL000{number}"))
    outbox.set_aside("key-0000-2", Fault("platform.gone", permanent=True))
    for key, papers_out in (("key-0000-3", False), ("key-0000-4", True)):
        given = parse_answer(json.dumps({"project_no": f"P-{key}", "state": "accepted"}).encode())
        assert isinstance(given, Answer)
        outbox.acknowledge(key, given)
        outbox.settle(key, papers_out)
    outbox.store.close()
    return machine


def test_what_waits_goes_on_at_another_terminal_and_reaches_the_platform_once(
    old: Machine, tmp_path: Path
) -> None:
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    with fake_platform() as platform:
        client = PlatformClient(PlatformSettings(url=platform.url), "new")
        outbox = old.open()
        lost = Courier(outbox, client)
        assert isinstance(lost.deliver("key-0000-0", Deadline(120)), Answer)  # the platform has this one ...
        outbox.store.write(  # ... and the old terminal, as it was copied, did not hear of it
            lambda connection: connection.execute(
                "UPDATE applications SET state = 'queued', project_no = NULL, answer = NULL"
                " WHERE key = 'key-0000-0'"
            ).fetchall()
        )
        outbox.store.close()
        told = kiosk("outbox", "export", "--terminal", old.file, "--out", export, "--json")
        assert told.exit_code == 0, told.stderr
        assert json.loads(told.stdout)["applications"] == 4
        written = export.read_bytes()
        assert not [each for each in SECRETS if each.encode() in written]
        assert export.stat().st_mode & 0o077 == 0
        for here_before in (0, 4):  # the same file twice
            done = kiosk("outbox", "import", export, "--terminal", new.file, "--key", old.key, "--json")
            assert done.exit_code == 0, done.stderr
            assert json.loads(done.stdout) == {
                "taken": 4 - here_before,
                "there_before": here_before,
                "unreadable": [],
            }
        assert new.states() == {"queued": 2, "set_aside": 1, "accepted": 1}
        outbox = new.open()
        drained = Courier(outbox, client).drain(Deadline(120))
        assert (drained.sent, drained.left) == (2, 0)
        assert outbox.store.read("SELECT key FROM papers_owed") == [("key-0000-3",)]
        owed = outbox.outcome("key-0000-3")
        assert isinstance(owed, Answer)
        assert owed.project_no == "P-key-0000-3"
        holders = outbox.store.read("SELECT DISTINCT holder FROM applications WHERE holder IS NOT NULL")
        assert holders == [(outbox.vault.mark_of(draft().holder),)]
        outbox.store.close()
        assert [each["serial"] for each in platform.order] == ["SERIAL0000", "SERIAL0001"]


def test_another_machines_key_is_told_and_takes_nothing(old: Machine, tmp_path: Path) -> None:
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    other = Machine(tmp_path / "other")
    other.open().store.close()
    assert kiosk("outbox", "export", "--terminal", old.file, "--out", export).exit_code == 0
    wrong = kiosk("outbox", "import", export, "--terminal", new.file, "--key", other.key)
    assert wrong.exit_code == 1
    assert "transfer.wrong_key: it was written by old" in wrong.stderr
    assert "key_file" in wrong.stderr
    assert new.states() == {}
    short = tmp_path / "short.key"
    short.write_bytes(b"x" * 31)
    assert (
        "vault.key_length" in kiosk("outbox", "import", export, "--terminal", new.file, "--key", short).stderr
    )
    # A stick knows no rights: the key on it may be readable by all.
    carried = tmp_path / "carried.key"
    carried.write_bytes(old.key.read_bytes())
    carried.chmod(0o755)
    assert kiosk("outbox", "import", export, "--terminal", new.file, "--key", carried).exit_code == 0


def forged(text: str, **changes: object) -> str:
    """With a digest that fits."""
    given = json.loads(text)
    given["applications"][0] |= changes
    plain = json.dumps(given["applications"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return json.dumps(given | {"sha256": sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[: len(text) // 2], "transfer.damaged"),
        (lambda text: text.replace('"SERIAL0001"', '"SERIAL0009"'), "transfer.damaged"),
        (lambda text: forged(text, serial="\ud800"), "transfer.damaged"),
        (lambda text: forged(text, attempts=1e400), "transfer.damaged"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "transfer.newer"),
        (lambda text: "not what was written", "transfer.not_an_export"),
        (lambda text: "[]", "transfer.not_an_export"),
        (lambda text: "", "transfer.not_an_export"),
    ],
)
def test_a_file_that_is_not_whole_is_told(old: Machine, tmp_path: Path, change: object, code: str) -> None:
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    kiosk("outbox", "export", "--terminal", old.file, "--out", export)
    assert callable(change)
    export.write_text(change(export.read_text(encoding="utf-8")), encoding="utf-8")
    done = kiosk("outbox", "import", export, "--terminal", new.file, "--key", old.key)
    assert done.exit_code == 1
    assert code in done.stderr


def test_one_record_that_is_not_whole_keeps_no_other_back(old: Machine, tmp_path: Path) -> None:
    outbox = old.open()
    outbox.store.write(
        lambda connection: connection.execute(
            "UPDATE applications SET body = randomblob(400) WHERE key = 'key-0000-1'"
        ).fetchall()
    )
    outbox.store.close()
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    kiosk("outbox", "export", "--terminal", old.file, "--out", export)
    done = kiosk("outbox", "import", export, "--terminal", new.file, "--key", old.key)
    assert done.exit_code == 1
    assert "key-0000-1 is not whole" in done.stderr
    assert new.states() == {"queued": 1, "set_aside": 1, "accepted": 1}


def test_a_damaged_store_is_exported_as_far_as_it_is_whole(old: Machine, tmp_path: Path) -> None:
    with old.path.open("r+b") as file:  # its first page, with the schema
        file.write(os.urandom(4096))
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    told = kiosk("outbox", "export", "--terminal", old.file, "--out", export)
    assert told.exit_code == 0, told.stderr
    assert kiosk("outbox", "import", export, "--terminal", new.file, "--key", old.key).exit_code == 0
    states = new.states()
    assert isinstance(states, dict)
    assert (states["queued"], states["set_aside"]) == (2, 1)


def test_a_store_moved_aside_is_exported_once(old: Machine, tmp_path: Path) -> None:
    damage(old.file)
    old.open().store.close()  # moved aside, and what is whole taken over
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    assert kiosk("outbox", "export", "--terminal", old.file, "--out", export).exit_code == 0
    kiosk("outbox", "import", export, "--terminal", new.file, "--key", old.key)
    assert new.states() == old.states()


def test_a_masked_export_shows_form_and_no_answer(old: Machine, tmp_path: Path) -> None:
    outbox = old.open()
    licence = {"ID_CARD": f"ELC.ID_CARD.{NUMBER}"}
    outbox.keep(draft(NUMBER, key="key-later", project_no="P-1", evidence=licence))
    outbox.store.close()
    shown = kiosk("outbox", "export", "--terminal", old.file, "--masked")
    assert shown.exit_code == 0, shown.stderr
    for secret in (NAME, NUMBER, PHONE, ADDRESS):
        assert secret not in shown.stdout
    first = json.loads(shown.stdout)["applications"][0]
    assert (first["state"], first["key"]) == ("queued", "key-0000-0")
    assert first["content"]["answers"] == {"phone": "11 characters", "months": "15 characters"}
    assert first["content"]["applicant"]["number"] == "110***********002X"
    new = Machine(tmp_path / "new")
    masked = tmp_path / "masked.json"
    masked.write_text(shown.stdout, encoding="utf-8")
    refused = kiosk("outbox", "import", masked, "--terminal", new.file, "--key", old.key)
    assert "transfer.not_an_export" in refused.stderr
    old.key.unlink()  # without the key it says what it can
    sealed = kiosk("outbox", "export", "--terminal", old.file, "--masked")
    assert {each["content"] for each in json.loads(sealed.stdout)["applications"]} == {"sealed"}


def test_nothing_is_written_over_and_a_place_that_takes_nothing_is_told(old: Machine, tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("somebody's", encoding="utf-8")
    refused = kiosk("outbox", "export", "--terminal", old.file, "--out", there)
    assert (refused.exit_code, there.read_text(encoding="utf-8")) == (1, "somebody's")
    assert "transfer.there_already" in refused.stderr
    nowhere = kiosk("outbox", "export", "--terminal", old.file, "--out", tmp_path / "no" / "x.json")
    assert "transfer.no_room" in nowhere.stderr
    shown = kiosk("outbox", "export", "--terminal", old.file)
    assert (shown.exit_code, len(json.loads(shown.stdout)["applications"])) == (0, 4)
    sticks = tmp_path / "sticks"
    sticks.mkdir()
    put = kiosk("outbox", "export", "--terminal", old.file, "--out", sticks, "--json")
    assert Path(json.loads(put.stdout)["file"]).parent == sticks
    assert len(list(sticks.glob("outbox-old-*.json"))) == 1


def test_a_terminal_that_has_never_served_has_nothing_to_export(tmp_path: Path) -> None:
    empty = kiosk("outbox", "export", "--terminal", Machine(tmp_path / "fresh").file)
    assert (empty.exit_code, json.loads(empty.stdout)["applications"]) == (0, [])
    assert "nothing waits" in empty.stderr


def test_what_was_set_aside_is_sent_again_on_command(old: Machine) -> None:
    done = kiosk("outbox", "retry", "key-0000-2", "key-0000-4", "--terminal", old.file, "--json")
    assert done.exit_code == 1  # the second is not set aside
    assert json.loads(done.stdout) == {"key-0000-2": True, "key-0000-4": False}
    outbox = old.open()
    line = outbox.waiting()
    assert not isinstance(line, Fault)
    assert [each.key for each in line] == ["key-0000-0", "key-0000-1", "key-0000-2"]
    outbox.store.close()


def test_the_platform_answers_what_it_answered_before(old: Machine, tmp_path: Path) -> None:
    """Both terminals live on and send: one case, one answer."""
    export, new = tmp_path / "stick.json", Machine(tmp_path / "new")
    kiosk("outbox", "export", "--terminal", old.file, "--out", export)
    kiosk("outbox", "import", export, "--terminal", new.file, "--key", old.key)
    platform: FakePlatform
    with fake_platform() as platform:
        for machine in (new, old):
            outbox = machine.open()
            client = PlatformClient(PlatformSettings(url=platform.url), "T")
            assert Courier(outbox, client).drain(Deadline(120)).left == 0
            outbox.store.close()
        assert sorted(platform.cases) == ["key-0000-0", "key-0000-1"]
