"""Two people sign, a server assigns; one signature of two publishes nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, TargetFile

from kiosk.bundles import repository, roles
from kiosk.bundles.archive import Bundle, pack
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import Change, make_manifest
from kiosk.bundles.proposal import read_proposal, review, smuggled, write_proposal
from kiosk.bundles.publishing import publish, resume
from kiosk.bundles.state import read_state
from tests.kiosk.bundles.office import Office, change, good


def code(value: object) -> str:
    return value.code if isinstance(value, BundleFault) else "none"


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_signature_of_two_publishes_nothing(office: Office, first: Bundle) -> None:
    folder = office.propose(first)
    before = _files(office.repository)
    assert code(publish(office.repository, [folder], office.online)) == "bundle.unsigned"
    office.sign(folder, office.editor)
    assert code(publish(office.repository, [folder], office.online)) == "bundle.unsigned"
    office.sign(folder, office.editor2)  # two people of one office are not enough either
    assert code(publish(office.repository, [folder], office.online)) == "bundle.unsigned"
    assert _files(office.repository) == before
    office.sign(folder, office.approver)
    assert good(publish(office.repository, [folder], office.online)).bundle == first.name
    assert code(publish(office.repository, [folder], office.online)) == "bundle.stale"


def test_copies_signed_in_two_places_are_put_together(office: Office, first: Bundle, tmp_path: Path) -> None:
    one = office.propose(first)
    other = Path(shutil.copytree(one, tmp_path / "stick"))
    office.sign(one, office.editor)
    office.sign(other, office.approver)
    assert code(publish(office.repository, [one], office.online)) == "bundle.unsigned"
    assert good(publish(office.repository, [one, other], office.online)).sequence == 1


def test_who_signs_reads_what_is_signed(office: Office, first: Bundle, folder: Path) -> None:
    office.publish(first)
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    proposal = office.propose(office.build(folder))
    told = (proposal / "changes.txt").read_text(encoding="utf-8")
    assert "批准配置包 2" in told and "预计用时（分钟）由“3”改为“4”" in told
    assert review(good(read_proposal(proposal))) is None


def test_a_change_list_that_is_not_true_is_found_before_signing(
    office: Office, first: Bundle, folder: Path
) -> None:
    office.publish(first)
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    honest = office.build(folder)
    lie = Change(kind="changed", what="x", zh="只改了一个错别字")
    manifest = make_manifest(honest.files, 2, 1, first.manifest.content, [lie])
    proposal = office.propose(pack(manifest, honest.files))
    assert code(review(good(read_proposal(proposal)))) == "proposal.changes"


def test_what_is_approved_beside_the_shown_bundle_is_found_and_never_published(
    office: Office, first: Bundle, folder: Path
) -> None:
    """Who makes the proposal writes a second bundle into the list, or tells the changes against a forgery."""
    office.publish(first)
    other = {**first.files, "texts/zh.toml": b""}
    evil = pack(make_manifest(other, 1), other)
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    honest = office.build(folder)
    state = good(read_state(office.repository))
    for forged in ("beside", "before"):
        proposal = good(read_proposal(office.propose(honest)))
        assert smuggled(proposal, state) is None
        if forged == "beside":
            target = TargetFile.from_data(evil.name, evil.data, ["sha256"])
            target.unrecognized_fields["custom"] = {"sequence": 1}
            proposal.signed["matters"].signed.targets[evil.name] = target
            assert evil.digest[:12] in proposal.change_list  # also where no repository is at hand
        else:
            proposal = replace(proposal, before=evil)
        place = office.folder / forged
        assert write_proposal(place, proposal) is None
        assert code(smuggled(good(read_proposal(place)), state)) == "proposal.changes"
        office.sign(place, office.editor, office.approver)
        assert code(publish(office.repository, [place], office.online)) == "proposal.changes"


def test_what_the_maker_of_a_proposal_says_of_it_is_not_shown(office: Office, first: Bundle) -> None:
    proposal = good(read_proposal(office.propose(first)))
    office.publish(first)
    head = proposal.head.model_copy(update={"title": "批准配置包 9", "lines": ("无害\x1b[2J",)})
    told = replace(proposal, head=head).change_list
    assert "无害" not in told and "批准配置包 1" in told and first.digest in told
    rights = replace(proposal, head=head, bundle=None, policy=None, signed=state_of(office)).change_list
    assert "\x1b" not in rights and office.editor.key.keyid[:12] in rights
    assert f"批准的配置包：1（{first.digest[:12]}）" in rights


def state_of(office: Office) -> dict[str, Metadata[Any]]:
    signed = good(read_state(office.repository)).signed
    return {role: signed[role] for role in ("root", "targets", "matters") if role in signed}


def test_a_proposal_whose_bundle_was_exchanged_is_refused(
    office: Office, first: Bundle, folder: Path
) -> None:
    proposal = office.propose(first)
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    (proposal / "new.bundle").write_bytes(office.build(folder).data)
    assert code(read_proposal(proposal)) == "proposal.malformed"


def test_a_group_shows_only_what_is_approved_and_not_below_the_floor(
    office: Office, first: Bundle, folder: Path
) -> None:
    assert (
        code(repository.assign(office.repository, office.online, "ring-0", first.name))
        == "bundle.not_approved"
    )
    office.publish(first)
    office.assign("ring-0", first.name)
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    second = office.build(folder)
    office.publish(second)
    office.assign("ring-0", second.name)
    shown = good(repository.current_assignment(office.repository, "ring-0"))
    assert shown is not None and (shown.sequence, shown.number, shown.previous) == (2, 2, first.name)
    back = good(repository.roll_back(office.repository, office.online, "ring-0"))
    assert (back.sequence, back.number) == (1, 3)
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 4", "minutes: 5")
    office.publish(office.build(folder), floor=3)
    assert good(repository.floor(office.repository)) == 3
    assert (
        code(repository.assign(office.repository, office.online, "ring-1", second.name))
        == "bundle.not_approved"
    )
    assert code(repository.assign(office.repository, office.online, "../x", second.name)) == "bundle.group"


def test_what_is_old_is_signed_anew_and_nothing_else(office: Office, first: Bundle) -> None:
    office.publish(first)
    now = roles.utc_now()
    before = good(repository.versions(office.repository))
    assert good(repository.renew(office.repository, office.online, now)) is False
    assert good(repository.renew(office.repository, office.online, now + timedelta(days=4))) is True
    after = good(repository.versions(office.repository))
    assert {role for role in after if after[role] != before[role]} == {"timestamp"}


def test_a_repository_from_a_backup_goes_on_above_what_terminals_trust(
    office: Office, first: Bundle, folder: Path, tmp_path: Path
) -> None:
    office.publish(first)
    office.assign("ring-0", first.name)
    backup = Path(shutil.copytree(office.repository, tmp_path / "backup"))
    for _ in range(3):
        office.assign("ring-0", first.name)
    trusted = good(repository.versions(office.repository))
    shutil.rmtree(office.repository)
    shutil.copytree(backup, office.repository)
    resumed = good(resume(office.repository, office.online, trusted)).versions
    for role in ("director", "snapshot", "timestamp"):
        assert resumed[role] > trusted[role]
    later = {**trusted, "matters": trusted["matters"] + 2}
    assert code(resume(office.repository, office.online, later)) == "bundle.behind"
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    proposal = office.propose(office.build(folder), above=later["matters"])
    office.sign(proposal, office.editor, office.approver)
    published = good(publish(office.repository, [proposal], office.online, resume_above=later))
    assert published.versions["matters"] > later["matters"]
