"""``kiosk bundle keys``: the keys of people and of servers, made, granted, replaced, revoked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kiosk.cli.output import give, say, stop

if TYPE_CHECKING:
    from kiosk.bundles.keys import KeyFile

keys_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may sign what.")
HERE: Final = Path("office")
OfficeFolder = Annotated[
    Path, typer.Option("--office", metavar="DIR", envvar="KIOSK_OFFICE", help="The office's folder.")
]
PassPhraseFile = Annotated[
    Path | None,
    typer.Option("--pass-phrase-file", metavar="FILE", help="Its first line; without it, it is asked for."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where the proposal goes; by default OFFICE/proposal."),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token", metavar="LABEL", help="The key lies on this PKCS#11 token (PYKCS11LIB names its library)."
    ),
]
TokenKey = Annotated[int, typer.Option("--token-key", metavar="N", help="Its number on the token.")]


@keys_app.command("create")
def create(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One more key; without it, a whole office.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--for", metavar="OFFICE", help="root, editor, approver, director, snapshot, timestamp"),
    ] = None,
    office: OfficeFolder = HERE,
    root: Annotated[
        list[str] | None, typer.Option("--root", metavar="NAME", help="A holder of a root key.")
    ] = None,
    editor: Annotated[list[str] | None, typer.Option("--editor", metavar="NAME")] = None,
    approver: Annotated[list[str] | None, typer.Option("--approver", metavar="NAME")] = None,
    threshold: Annotated[
        int | None, typer.Option(min=1, help="How many root holders must sign; by default all but one.")
    ] = None,
    token: Token = None,
    token_key: TokenKey = 2,
    pass_phrase_file: PassPhraseFile = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make the keys of an office and its empty repository; or one more key, which counts once it is granted.

    Without names a root holder, an editor and an approver are made under these words.  Each person's key is
    sealed with a pass phrase of at least 8 characters, or lies on a token.
    """
    from kiosk.bundles.office import Office, found_office
    from kiosk.cli.bundle_common import good, secret_of

    place = Office(office)
    secret = secret_of(pass_phrase_file)
    if name is not None:
        made = _one_key(place.keys, name, kind or "", token, token_key, secret)
        give(_row(made, "")) if as_json else print(f"{made.name}（{made.office}）{made.path}")
        return
    roots = root or ["root"]
    need = threshold or max(1, len(roots) - 1)
    if need > len(roots):
        stop(f"{need} root holders cannot sign where there are {len(roots)}")
    done = good(found_office(place, roots, editor or ["editor"], approver or ["approver"], need, secret))
    if as_json:
        give({"repository": str(place.repository), "root": str(place.root), "versions": dict(done.versions)})
        return
    print(f"仓库 repository  {place.repository}\n终端要预置的根 root for the terminals  {place.root}")
    say("kiosk: keep root keys apart from the others; 根密钥请与其他密钥分开保管")


@keys_app.command("list")
def list_command(
    office: OfficeFolder = HERE,
    repository: Annotated[Path | None, typer.Option("--repository", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """The keys that count, and those in OFFICE/keys that do not."""
    from kiosk.bundles.keys import label, list_keys
    from kiosk.bundles.office import Office
    from kiosk.bundles.rights import keys_of
    from kiosk.bundles.state import read_state
    from kiosk.cli.bundle_common import good

    place = Office(office)
    counting = keys_of(good(read_state(repository or place.repository)))
    rows: list[dict[str, Any]] = [
        {"name": label(key).partition(" (")[0], "office": kind, "key": key.keyid, "counts": True}
        for kind, key in counting
    ]
    known = {row["key"] for row in rows}
    rows += [_row(key, "") for key in list_keys(place.keys) if key.key.keyid not in known]
    if not rows:
        stop(f"there are no keys at {place.folder}; kiosk bundle keys create makes an office", 1)
    if as_json:
        give(rows)
        return
    for row in rows:
        counts = "有效 counts" if row["counts"] else "未授权 does not count"
        print(f"{row['office']:<10} {row['key'][:12]}  {counts}  {row['name']}")


@keys_app.command("grant")
def grant(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="NAME.pub.json of a key that was made.")],
    office: OfficeFolder = HERE,
    repository: Annotated[Path | None, typer.Option("--repository", metavar="DIR")] = None,
    out: Out = None,
) -> None:
    """Propose that a key counts; the holders of root keys sign, then it is published."""
    from kiosk.bundles.keys import read_key
    from kiosk.bundles.rights import propose_rights
    from kiosk.bundles.roles import utc_now
    from kiosk.cli.bundle_common import good

    state, place = _state(office, repository)
    _tell(out or place.proposal, good(propose_rights(state, utc_now(), add=good(read_key(key)))))


@keys_app.command("rotate")
def rotate(
    name: Annotated[str, typer.Argument(help="The key that is replaced: its name or number.")],
    new: Annotated[str | None, typer.Option("--new", metavar="NAME", help="The new key's name.")] = None,
    office: OfficeFolder = HERE,
    repository: Annotated[Path | None, typer.Option("--repository", metavar="DIR")] = None,
    online: Annotated[
        Path | None,
        typer.Option("--online", metavar="DIR", help="The server's keys; by default OFFICE/online."),
    ] = None,
    out: Out = None,
    token: Token = None,
    token_key: TokenKey = 2,
    pass_phrase_file: PassPhraseFile = None,
) -> None:
    """Make a new key and propose it in the place of another one.

    A server's key goes with copies of the other two into a new folder OFFICE/online.next; publish with
    --online OFFICE/online.next, and give the server that folder.
    """
    from kiosk.bundles.keys import ONLINE, create_key
    from kiosk.bundles.rights import find_key, propose_rights
    from kiosk.bundles.roles import utc_now
    from kiosk.cli.bundle_common import good, secret_of

    state, place = _state(office, repository)
    kind, old = good(find_key(state, name))
    if kind in ONLINE:
        folder = _fresh(place.folder / "online.next")
        made = good(create_key(folder, kind, kind, None))
        for path in (online or place.online).glob("*"):
            if not (folder / path.name).exists():
                shutil.copy2(path, folder / path.name)
        say(f"kiosk: publish with --online {folder}")
    else:
        called = new or _next_name(place.keys, name)
        made = _one_key(place.keys, called, kind, token, token_key, secret_of(pass_phrase_file))
    _tell(out or place.proposal, good(propose_rights(state, utc_now(), add=made, remove=old)))


@keys_app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The key's name or number.")],
    office: OfficeFolder = HERE,
    repository: Annotated[Path | None, typer.Option("--repository", metavar="DIR")] = None,
    out: Out = None,
) -> None:
    """Propose that a key no longer counts, for example because it was lost or stolen."""
    from kiosk.bundles.rights import find_key, propose_rights
    from kiosk.bundles.roles import utc_now
    from kiosk.cli.bundle_common import good

    state, place = _state(office, repository)
    _, old = good(find_key(state, name))
    _tell(out or place.proposal, good(propose_rights(state, utc_now(), remove=old)))


def _one_key(folder: Path, name: str, kind: str, token: str | None, number: int, secret: Any) -> KeyFile:
    from kiosk.bundles.keys import OFFICES, ONLINE, create_key, import_token_key
    from kiosk.cli.bundle_common import good

    if kind not in OFFICES:
        stop(f"for which office? give --for with one of {', '.join(OFFICES)}")
    if token is not None:
        return good(import_token_key(folder, name, kind, token, number, secret))
    return good(create_key(folder, name, kind, None if kind in ONLINE else secret(name)))


def _state(office: Path, repository: Path | None) -> Any:
    from kiosk.bundles.office import Office
    from kiosk.bundles.state import read_state
    from kiosk.cli.bundle_common import good

    place = Office(office)
    return good(read_state(repository or place.repository)), place


def _fresh(folder: Path) -> Path:
    number, found = 2, folder
    while found.exists():
        found, number = folder.with_name(f"{folder.name}-{number}"), number + 1
    return found


def _next_name(folder: Path, name: str) -> str:
    number = 2
    while (folder / f"{name}-{number}.pub.json").exists():
        number += 1
    return f"{name}-{number}"


def _tell(folder: Path, proposal: Any) -> None:
    from kiosk.cli.bundle_common import write_down

    write_down(folder, proposal)
    print(proposal.change_list, end="")
    print(f"{folder}  待签名 to be signed: {'、'.join(proposal.signed)}")


def _row(key: KeyFile, _: str) -> dict[str, Any]:
    return {"name": key.name, "office": key.office, "key": key.key.keyid, "counts": False}
