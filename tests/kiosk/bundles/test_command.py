"""The verifying client and ``kiosk bundle`` at the command line: exit codes, names of files, words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk.bundles import repository
from kiosk.bundles.archive import Bundle
from kiosk.bundles.client.__main__ import main
from kiosk.cli import app
from kiosk.cli.bundle_common import versions_of
from tests.kiosk.bundles.office import Office, good


def _client(folder: Path, office: Office, *rest: str) -> int:
    where = (office.repository / "metadata").as_uri()
    return main(["--metadata-dir", str(folder), "--metadata-url", where, *rest])


def test_the_verifying_client_trusts_a_root_and_keeps_what_it_verified(begun: Office, tmp_path: Path) -> None:
    root = begun.repository / "metadata/1.root.json"
    trusted = tmp_path / "trusted"
    assert main(["--metadata-dir", str(trusted), "init", str(root)]) == 0
    assert [path.name for path in trusted.iterdir()] == ["root.json"]
    assert _client(trusted, begun, "refresh") == 0
    names = {path.name for path in trusted.iterdir()}
    assert {"root.json", "timestamp.json", "snapshot.json", "targets.json"} <= names
    assert _client(trusted, begun, "--target-name", "none", "download") == 1


@pytest.mark.parametrize("root", [b"", b"junk", b"null", b'{"signed": {"_type": "snapshot"}}'])
def test_what_is_no_root_is_never_trusted(
    root: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "root"
    file.write_bytes(root)
    assert main(["--metadata-dir", str(tmp_path / "trusted"), "init", str(file)]) == 1
    assert not (tmp_path / "trusted/root.json").exists()
    assert str(file) in capsys.readouterr().err


def _bundle(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["bundle", *map(str, arguments)])


def test_keys_of_an_office_that_is_not_there_are_not_an_empty_list(tmp_path: Path) -> None:
    told = _bundle("keys", "list", "--office", tmp_path / "none")
    assert told.exit_code == 1 and "kiosk bundle keys create" in told.output


@pytest.mark.parametrize("number", ["9" * 13, "-1", "٣", "1.5", ""])
def test_a_version_that_nobody_could_ever_go_above_is_refused(number: str) -> None:
    assert versions_of(["timestamp=7", "timestamp=3 root=2"]) == {"timestamp": 7, "root": 2}
    with pytest.raises(typer.Exit):
        versions_of([f"timestamp={number}"])


def test_a_restored_repository_goes_on_with_what_people_signed_anew(
    begun: Office, office: Office, first: Bundle, tmp_path: Path
) -> None:
    """A backup from before the last bundle: online keys alone do not mend that, and it is said."""
    old = Path(shutil.copytree(office.repository, tmp_path / "old"))
    office.publish(first)
    office.assign("ring-0", first.name)
    known = good(repository.versions(office.repository))
    shutil.rmtree(office.repository)
    old.rename(office.repository)
    trusted = " ".join(f"{role}={version}" for role, version in known.items())
    where = ("--repository", office.repository, "--office", office.folder, "--resume-above", trusted)
    command = ("publish", *where, "--online", begun.folder / "online")
    told = _bundle(*command)
    assert told.exit_code == 1 and "bundle.behind" in told.output
    proposal = office.propose(first, above=known["matters"])
    proposal.rename(office.folder / "proposal")
    office.sign(office.folder / "proposal", office.editor)
    assert "bundle.behind" in _bundle(*command).output  # one signature of two
    office.sign(office.folder / "proposal", office.approver)
    assert "bundle.group" in _bundle(*command, "--assign", "Ring 0").output  # and nothing is published yet
    told = _bundle(*command, "--assign", "ring-0")
    assert told.exit_code == 0, told.output
    after = good(repository.versions(office.repository))
    online = ("timestamp", "snapshot", "director", "matters")
    assert all(after[role] > known[role] for role in online), (known, after)
