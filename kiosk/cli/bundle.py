"""``kiosk bundle``: matters on their way from an official's desk to every terminal.

An office is a folder (``kiosk.bundles.office``); each of its parts can be named by itself where people and
servers are apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kiosk.cli.bundle_common import (
    agreed,
    fail_with,
    good,
    greatest_trusted,
    know_groups,
    office_at,
    online_keys,
    secret_of,
    versions_of,
    write_down,
)
from kiosk.cli.bundle_keys import keys_app
from kiosk.cli.output import give, say, stop

if TYPE_CHECKING:
    from kiosk.bundles.archive import Bundle
    from kiosk.bundles.proposal import Proposal
    from kiosk.bundles.roles import Approved
    from kiosk.bundles.state import State

OFFICE_VARIABLE: Final = "KIOSK_OFFICE"
bundle_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Push matters, safely, to every terminal."
)

bundle_app.add_typer(keys_app, name="keys")

OfficeFolder = Annotated[
    Path,
    typer.Option(
        "--office",
        metavar="DIR",
        envvar=OFFICE_VARIABLE,
        help="Where config, repository, keys, online and proposal lie.",
    ),
]
Repository = Annotated[
    Path | None, typer.Option("--repository", metavar="DIR", help="By default OFFICE/repository.")
]
Online = Annotated[
    Path | None, typer.Option("--online", metavar="DIR", help="The server's keys; by default OFFICE/online.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]
PassPhraseFile = Annotated[
    Path | None,
    typer.Option("--pass-phrase-file", metavar="FILE", help="Its first line; without it, it is asked for."),
]
Trusted = Annotated[
    list[str] | None,
    typer.Option(
        "--resume-above",
        metavar="ROLE=VERSION",
        help="After a restore: all that terminals trust, as kiosk bundle status --terminal FILE tells it, "
        'e.g. "timestamp=9 snapshot=9 director=7 matters=4".',
    ),
]
FromFleet = Annotated[
    str | None,
    typer.Option(
        "--resume-from",
        metavar="URL",
        help="The same, from what the fleet has told: kiosk serve's database.",
    ),
]
HERE: Final = Path("office")


@bundle_app.command("build")
def build_command(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder with matters and the rest; by default OFFICE/config.")
    ] = None,
    office: OfficeFolder = HERE,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="By default OFFICE/proposal.")
    ] = None,
    repository: Repository = None,
    sequence: Annotated[int | None, typer.Option(min=1, help="By default the next one.")] = None,
    floor: Annotated[
        int | None, typer.Option(min=1, help="From now on terminals take nothing below this sequence.")
    ] = None,
    resume_above: Trusted = None,
    resume_from: FromFleet = None,
    as_json: AsJson = False,
) -> None:
    """Lint a folder and make it into a bundle, with what is to be signed and its change list.

    Where there is no repository yet, the bundle alone is written: the same folder gives the same bytes.
    Exit code: 0 made, 1 the linter found errors or it could not be made, 2 wrong use.
    """
    from kiosk.bundles.fault import BundleFault
    from kiosk.bundles.source import build_checked, check_source, errors_of, read_source
    from kiosk.bundles.state import read_state

    place = office_at(office)
    where = repository or place.repository
    source = good(read_source(folder or place.config))
    for name in source.left_out:
        say(f"kiosk: left out 不在配置包内: {name}")
    findings = check_source(source)
    errors = errors_of(findings)
    for finding in findings:
        say(str(finding))
    if errors:
        fail_with(BundleFault("bundle.lint", f"{len(errors)} errors", permanent=True))
    state = good(read_state(where))
    before, newest = _newest(where, state)
    lowest = floor if floor is not None else _floor(where, state)
    bundle = good(build_checked(source, sequence or newest + 1, lowest, before))
    target = out or place.proposal
    if not state.begun:
        path = _write_bundle(bundle, target)
        return _made(as_json, bundle, path, None)
    proposal = _propose(where, state, bundle, before, lowest, _above(resume_above, resume_from))
    write_down(target, proposal)
    return _made(as_json, bundle, target, proposal)


@bundle_app.command("sign")
def sign_command(
    proposal: Annotated[
        Path | None, typer.Argument(metavar="[PROPOSAL]", help="By default OFFICE/proposal.")
    ] = None,
    key: Annotated[
        list[Path] | None, typer.Option("--key", metavar="FILE", help="A key; or --as NAME.")
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--as", metavar="NAME", help="A key in OFFICE/keys.")
    ] = None,
    office: OfficeFolder = HERE,
    repository: Repository = None,
    pass_phrase_file: PassPhraseFile = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; the change list has been read.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is new, check it, and sign it.

    Needs the proposal's folder only, no network and no repository: the bundle is linted again and its change
    list made again from the bundles themselves.  One signature of two publishes nothing.
    """
    from kiosk.bundles.fault import BundleFault
    from kiosk.bundles.keys import list_keys, read_key
    from kiosk.bundles.office import sign_as
    from kiosk.bundles.proposal import read_proposal, review, smuggled
    from kiosk.bundles.state import read_state

    place = office_at(office)
    folder = proposal or place.proposal
    read = good(read_proposal(folder))
    here = read_state(repository or place.repository)
    at_hand = not isinstance(here, BundleFault) and here.begun
    if fault := review(read) or (smuggled(read, here) if at_hand else None):  # type: ignore[arg-type]
        fail_with(fault)
    say(read.change_list)
    paths = [*(key or ()), *(place.keys / f"{name}.pub.json" for name in names or ())]
    if not paths:
        stop("whose signature? give --key FILE or --as NAME")
    if not yes and not agreed("以上改动属实，签名？ Sign this? [y/N] "):
        stop("nothing was signed", 1)
    signed: dict[str, list[str]] = {}
    for path in paths:
        known = good(read_key(path))
        signed[known.name] = list(good(sign_as(folder, known, secret_of(pass_phrase_file))))
    have = good(read_proposal(folder)).signers(
        [*list_keys(place.keys), *(good(read_key(path)) for path in paths)]
    )
    if as_json:
        give({"signed": signed, "signatures": {role: list(who) for role, who in have.items()}})
        return
    for role, who in have.items():
        print(f"{role}: 已签名 signed by {'、'.join(who) or '—'}")


@bundle_app.command("publish")
def publish_command(
    proposals: Annotated[
        list[Path] | None, typer.Argument(metavar="[PROPOSAL]...", help="Copies signed in several places.")
    ] = None,
    office: OfficeFolder = HERE,
    repository: Repository = None,
    online: Online = None,
    group: Annotated[
        list[str] | None, typer.Option("--assign", metavar="GROUP", help="And have this group show it.")
    ] = None,
    resume_above: Trusted = None,
    resume_from: FromFleet = None,
    as_json: AsJson = False,
) -> None:
    """Put what enough people have signed into the repository.

    With missing signatures nothing changes.  After a restore, --resume-above or --resume-from goes on above
    what terminals trust: with the proposal, or without one where none is signed.
    """
    from kiosk.bundles.publishing import publish, ready_to_publish, resume
    from kiosk.bundles.repository import assign

    place = office_at(office)
    where, keys = repository or place.repository, online_keys(online or place.online)
    above = _above(resume_above, resume_from)
    know_groups(group or ())  # before anything is published
    if above and not proposals and not ready_to_publish(where, place.proposal):
        done = good(resume(where, keys, above))
    else:
        done = good(publish(where, proposals or [place.proposal], keys, resume_above=above))
    rows = []
    for name in group or ():
        if done.bundle is None:
            stop("this proposal holds no bundle to assign", 1)
        rows.append(good(assign(where, keys, name, done.bundle)).model_dump(mode="json"))
    if as_json:
        versions = dict(done.versions)
        give({"bundle": done.bundle, "sequence": done.sequence, "versions": versions, "assigned": rows})
        return
    told = f"配置包 {done.sequence} 已发布 published" if done.bundle else "已发布 published"
    print(told + "".join(f"；{row['group']} 开始使用 shows it now" for row in rows))


@bundle_app.command("assign")
def assign_command(
    group: Annotated[str, typer.Argument(help="A group of terminals ([bundles] group).")],
    bundle: Annotated[
        str, typer.Argument(help="A sequence, the beginning of a digest, or newest.")
    ] = "newest",
    office: OfficeFolder = HERE,
    repository: Repository = None,
    online: Online = None,
    as_json: AsJson = False,
) -> None:
    """Have a group of terminals show an approved bundle."""
    from kiosk.bundles.repository import assign

    place = office_at(office)
    where = repository or place.repository
    chosen = _chosen(where, bundle)
    made = good(assign(where, online_keys(online or place.online), group, chosen.name))
    _assigned(made, as_json)


@bundle_app.command("rollback")
def rollback_command(
    group: Annotated[str, typer.Argument(help="A group of terminals.")],
    to: Annotated[
        int | None, typer.Option("--to", metavar="SEQUENCE", help="By default what it showed before.")
    ] = None,
    office: OfficeFolder = HERE,
    repository: Repository = None,
    online: Online = None,
    as_json: AsJson = False,
) -> None:
    """Have a group show an earlier bundle again: a new assignment, so that nothing runs backwards."""
    from kiosk.bundles.repository import roll_back

    place = office_at(office)
    where = repository or place.repository
    _assigned(good(roll_back(where, online_keys(online or place.online), group, to)), as_json)


@bundle_app.command("renew")
def renew_command(
    office: OfficeFolder = HERE, repository: Repository = None, online: Online = None, as_json: AsJson = False
) -> None:
    """Sign anew what will soon be too old.  kiosk serve does this by itself; otherwise run it daily."""
    from kiosk.bundles.repository import renew

    place = office_at(office)
    done = good(renew(repository or place.repository, online_keys(online or place.online)))
    give({"renewed": done}) if as_json else print("已续签 renewed" if done else "不需要续签 nothing to renew")


@bundle_app.command("status")
def status_command(
    office: OfficeFolder = HERE,
    repository: Repository = None,
    terminal: Annotated[
        Path | None, typer.Option("--terminal", metavar="FILE", help="How this terminal stands instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What is approved, which group shows what, and how long the signatures hold; or how a terminal stands.

    Exit code 1 when a signature has expired, or the terminal does not get new bundles.
    """
    from kiosk.cli.bundle_status import repository_status, terminal_status

    if terminal is not None:
        raise typer.Exit(terminal_status(terminal, as_json))
    raise typer.Exit(repository_status(repository or office_at(office).repository, as_json))


def _above(told: list[str] | None, database: str | None) -> dict[str, int]:
    """The greatest versions that terminals trust, after a restore."""
    above = versions_of(told)
    for role, version in (greatest_trusted(database) if database else {}).items():
        above[role] = max(above.get(role, 0), version)
    return above


def _newest(where: Path, state: State) -> tuple[Bundle | None, int]:
    from kiosk.bundles.repository import load_bundle
    from kiosk.bundles.roles import approved_of

    matters = state.get("matters")
    listed = approved_of(matters) if matters is not None else ()
    if not listed:
        return None, 0
    return good(load_bundle(where, listed[0].name)), listed[0].sequence


def _floor(where: Path, state: State) -> int:
    from kiosk.bundles.repository import floor_of

    return good(floor_of(where, state)) if state.begun else 1


def _propose(
    where: Path,
    state: State,
    bundle: Bundle,
    before: Bundle | None,
    floor: int,
    above: Mapping[str, int],
) -> Proposal:
    from kiosk.bundles.proposal import propose_bundle
    from kiosk.bundles.repository import assignments
    from kiosk.bundles.roles import utc_now

    shown = {each.bundle for each in good(assignments(where)).values()}
    return good(propose_bundle(state, bundle, before, floor, utc_now(), shown, above.get("matters", 0)))


def _write_bundle(bundle: Bundle, folder: Path) -> Path:
    from kiosk.bundles.files import write_whole

    path = folder / f"{bundle.digest}.bundle"
    if fault := write_whole(path, bundle.data):
        fail_with(fault)
    return path


def _made(as_json: bool, bundle: Bundle, path: Path, proposal: Proposal | None) -> None:
    if as_json:
        give(
            {
                "bundle": bundle.name,
                "sequence": bundle.manifest.sequence,
                "digest": bundle.digest,
                "content": bundle.manifest.content,
                "files": len(bundle.files),
                "bytes": len(bundle.data),
                "changes": [each.zh for each in bundle.manifest.changes],
                "proposal": str(path) if proposal is not None else None,
                "file": str(path) if proposal is None else None,
            }
        )
        return
    print(proposal.change_list if proposal is not None else bundle.manifest.change_list(), end="")
    print(f"{path}{'  待编辑和审核签名 to be signed by an editor and an approver' if proposal else ''}")


def _chosen(where: Path, said: str) -> Approved:
    from kiosk.bundles.repository import approved

    listed = good(approved(where))
    if said == "newest" and listed:
        return listed[0]
    found = [
        each
        for each in listed
        if said in (str(each.sequence), each.name) or (len(said) >= 6 and each.digest.startswith(said))
    ]
    if len(found) != 1:
        known = "、".join(str(each.sequence) for each in listed) or "none"
        stop(f"there is no single approved bundle {said!r}; approved are {known}", 1)
    return found[0]


def _assigned(made: Any, as_json: bool) -> None:
    if as_json:
        give(made.model_dump(mode="json"))
    else:
        print(f"{made.group}：配置包 {made.sequence}（第 {made.number} 次下发）")
