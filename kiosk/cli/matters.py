"""``kiosk matters``: write, check, compare, verify.  ``list`` and ``show`` are in ``kiosk.cli.commands``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from kiosk.cli.output import give, say, stop

if TYPE_CHECKING:
    from kiosk.delivery.platform import PlatformClient
    from kiosk.matters.lint.subject import Listing
    from kiosk.matters.models import Matter
    from kiosk.settings import Settings

matters_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What can be done at the terminals."
)

BASE_FILE: Final = "base-catalogue.yaml"
CALENDAR_FILE: Final = "calendar.yaml"
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, nothing else.")]
Base = Annotated[
    Path | None,
    typer.Option(
        "--base",
        metavar="FILE",
        help="The base catalogue (Article 5); without it base-catalogue.yaml beside or above PATH.",
    ),
]
Platform = Annotated[
    str | None, typer.Option("--platform", metavar="URL", help="Take the base catalogue from this platform.")
]


@matters_app.command("lint")
def lint_command(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A matter file, a folder of them, or a calendar.yaml.")
    ],
    base: Base = None,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Check matters against chapter 2 of the regulation and against what a terminal needs.

    Of a calendar.yaml, which is also looked for in and above a folder, whether its years can be whole.

    Each finding has a severity, a code, the article that it stands on, the place (file:line:column) and how
    to mend it.  Exit code: 0 nothing, or information only; 1 warnings; 2 errors (or wrong use).
    """
    from kiosk.matters.lint.run import lint, lint_calendar
    from kiosk.matters.lint.subject import Surroundings, pictures_beside

    if path.name == CALENDAR_FILE:
        report = lint_calendar(path)
    else:
        report = lint(path, Surroundings(_listing(path, base, platform), pictures=pictures_beside(path)))
        near = (path / CALENDAR_FILE, path.resolve().parent / CALENDAR_FILE) if path.is_dir() else ()
        if calendar := next((each for each in near if each.is_file()), None):
            report = report.with_(lint_calendar(calendar))
    if as_json:
        give(report.to_json())
    else:
        for finding in report.findings:
            print(finding)
        counts = report.to_json()
        say(
            f"{report.files} files: {counts['errors']} errors, {counts['warnings']} warnings, "
            f"{counts['infos']} notes  错误{counts['errors']}处，警告{counts['warnings']}处"
        )
    raise typer.Exit(report.exit_code)


@matters_app.command("compare")
def compare_command(
    one: Annotated[Path, typer.Argument(metavar="A", help="A matter file, or a folder.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="A matter file, or a folder.")],
    as_json: AsJson = False,
) -> None:
    """Compare the twelve base elements of Article 6 between two levels or regions.

    Of two folders the matters with the same base code are compared.  Names of the own body and region do
    not count.  Exit code: 0 equal, 1 they differ, 2 wrong use.
    """
    from kiosk.matters.lint.article6 import compare

    rows = []
    for first, second in _pairs(one, other):
        found = compare(first, second)
        rows.append(
            {
                "catalog_code": first.catalog_code,
                "first": first.task_code,
                "second": second.task_code,
                "equal": not found,
                "differences": [difference.to_json() for difference in found],
            }
        )
        if as_json:
            continue
        print(f"{first.catalog_code} {first.name.zh}: {'一致 equal' if not found else '不一致 differs'}")
        for difference in found:
            print(f"  {difference.zh} ({difference.en})")
            for sign, texts in (("A", difference.one), ("B", difference.other)):
                for text in texts or ("（没有）",):
                    print(f"    {sign}: {text}")
    if as_json:
        give(rows)
    if not rows:
        stop("the two folders have no matter in common: no base code (catalog_code) is in both", code=1)
    raise typer.Exit(0 if all(row["equal"] for row in rows) else 1)


@matters_app.command("schema")
def schema_command(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")] = None,
) -> None:
    """The JSON Schema of a matter file, for editors: they complete and check while one types."""
    from kiosk.matters.schema import schema_text

    text = schema_text()
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")


def _listing(path: Path, base: Path | None, platform: str | None) -> Listing:
    from kiosk.matters.base import load_base_catalogue
    from kiosk.matters.lint.subject import Listing

    if platform is not None:
        return _from_platform(platform)
    folder = path if path.is_dir() else path.parent
    product = Path(__file__).resolve().parents[2] / "config"
    near = (folder.resolve() / BASE_FILE, folder.resolve().parent / BASE_FILE, product / BASE_FILE)
    file = base or next((each for each in near if each.is_file()), near[-1])
    loaded = load_base_catalogue(file)
    if isinstance(loaded, list):
        for problem in loaded:
            say(str(problem))
        stop(f"the base catalogue {file} cannot be used: mend it, or name another with --base")
    return Listing.of(loaded)


def _from_platform(url: str) -> Listing:
    from devices.contract import Fault
    from kiosk.matters.lint.subject import Listing

    found = _client(url).base_items()
    if isinstance(found, Fault):
        stop(
            f"{found.code}: the base catalogue of {url} cannot be read ({found.cause}); "
            "try again, or use --base"
        )
    return Listing(url, {code: (name, "") for code, name in found.items()})


def _client(url: str) -> PlatformClient:
    from pydantic import ValidationError

    from kiosk.delivery.platform import PlatformClient
    from kiosk.settings import PlatformSettings

    try:
        return PlatformClient(PlatformSettings(url=url), "matters")
    except ValidationError:
        stop(f"{url} is no address; give one such as https://platform.example.gov.cn")


def _pairs(one: Path, other: Path) -> list[tuple[Matter, Matter]]:
    if one.is_dir() != other.is_dir():
        stop("compare two files, or two folders")
    if not one.is_dir():
        return [(_matter(one), _matter(other))]
    from kiosk.matters.load import load_folder

    firsts, seconds = load_folder(one), load_folder(other)
    for problem in (*firsts.problems, *seconds.problems):
        say(str(problem))
    by_code = {matter.catalog_code: matter for matter in seconds}
    return [(first, by_code[first.catalog_code]) for first in firsts if first.catalog_code in by_code]


def _matter(path: Path) -> Matter:
    from kiosk.matters.load import load_matter

    loaded = load_matter(path)
    if isinstance(loaded, list):
        for problem in loaded:
            say(str(problem))
        stop(f"{path} is no matter yet: mend what is said above")
    return loaded


@matters_app.command("verify")
def verify_command(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="The folder of the matter files, or one file.")
    ] = None,
    platform: Annotated[str | None, typer.Option("--platform", metavar="URL", help="The platform.")] = None,
    terminal: Annotated[
        Path | None,
        typer.Option("--terminal", metavar="FILE", help="Take folder and platform from this terminal.toml."),
    ] = None,
    last: Annotated[
        bool, typer.Option("--last", help="Do not ask now: what the terminal found at its last check.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare matters with the guides that the platform publishes (Articles 9 and 12: same source).

    Shows element by element what has drifted, and what the platform's base catalogue does not list.
    A terminal does this by itself (verify_hours in terminal.toml).  Exit code: 0 the same; 1 something has
    drifted, is not published or not listed; 2 wrong use; 3 something could not be checked.
    """
    from kiosk.same_source import CHANGED, verify

    settings = _terminal(terminal) if terminal is not None else None
    if last:
        if settings is None:
            stop("--last needs --terminal FILE")
        _last(settings, as_json)
    client = _verifier(settings, platform)
    matters = _to_verify(path, settings)
    names = {matter.task_code: matter.name.zh for matter in matters}
    rows = []
    for verdict in verify(matters, client):
        name = names[verdict.task_code]
        rows.append(
            {
                "task_code": verdict.task_code,
                "name": name,
                "state": verdict.state,
                "fault": verdict.fault or None,
                "drifts": [drift.to_json() for drift in verdict.drifts],
            }
        )
        if not as_json:
            print(f"{verdict.task_code}  {name}  {STATE_WORDS[verdict.state]}  {verdict.fault}".rstrip())
            for drift in verdict.drifts:
                print(f"    {drift.zh} ({drift.en})")
                print(f"      终端 here:      {'；'.join(drift.here) or '（没有）'}")
                print(f"      平台 published: {'；'.join(drift.there) or '（没有）'}")
    if as_json:
        give(rows)
    states = {row["state"] for row in rows}
    raise typer.Exit(1 if states & set(CHANGED) else 3 if "unchecked" in states else 0)


STATE_WORDS: Final = {
    "same": "一致 same",
    "drifted": "不一致 drifted",
    "unpublished": "平台没有公布 not published",
    "not_listed": "不在基本目录中 not in the base catalogue",
    "unchecked": "没有查成 not checked",
}


def _terminal(file: Path) -> Settings:
    from kiosk.settings import load_settings

    loaded = load_settings(file)
    if isinstance(loaded, list):
        for problem in loaded:
            say(str(problem))
        stop(f"{file} cannot be used: mend what is said above")
    return loaded


def _verifier(settings: Settings | None, platform: str | None) -> PlatformClient:
    from kiosk.delivery.platform import PlatformClient

    if platform is not None:
        return _client(platform)
    if settings is None or settings.platform is None:
        stop("which platform? give --platform URL, or --terminal FILE with a section [platform]")
    return PlatformClient(settings.platform, settings.terminal.id)


def _to_verify(path: Path | None, settings: Settings | None) -> list[Matter]:
    from kiosk.matters.load import load_folder
    from kiosk.settings import DEFAULT_MATTERS_FOLDER

    where = path or (settings.matters.folder if settings is not None else DEFAULT_MATTERS_FOLDER)
    if not where.is_dir():
        return [_matter(where)]
    catalogue = load_folder(where)
    for problem in catalogue.problems:
        say(str(problem))
    if not len(catalogue):
        stop(f"there is no usable matter in {where}: kiosk matters lint says why")
    return list(catalogue)


def _last(settings: Settings, as_json: bool) -> NoReturn:
    from kiosk.same_source import marks_file, read_marks

    marks = read_marks(marks_file(settings.storage.path))
    if not marks.checked:
        stop("this terminal has not checked yet: it does so every [matters] verify_hours", code=3)
    if as_json:
        give({"checked": marks.checked, "drifted": marks.drifted, "not_listed": sorted(marks.delisted)})
    else:
        print(f"最近核验 checked: {marks.checked}")
        for code, elements in marks.drifted.items():
            print(f"{code}  {STATE_WORDS['drifted']}: {', '.join(elements)}")
        for code in sorted(marks.delisted):
            print(f"{code}  {STATE_WORDS['not_listed']}")
    raise typer.Exit(1 if marks.drifted or marks.delisted else 0)


@matters_app.command("export-excel")
def export_command(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A matter file, or a folder of them.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The workbook (.xlsx); for a folder, a folder.")],
) -> None:
    """Write a matter as an Excel workbook in the usual guide template."""
    from kiosk.matters.excel.writing import TooLongError, export_matter

    files = [(path, out)]
    if path.is_dir():
        from kiosk.matters.load import matter_files

        out.mkdir(parents=True, exist_ok=True)
        files = [(file, out / f"{file.stem}.xlsx") for file in matter_files(path, [])]
    for file, workbook in files:
        matter = _matter(file)
        try:
            export_matter(matter, workbook)
        except TooLongError as error:
            stop(f"{file}: a text is too long for a cell of Excel: {error}", code=1)
        except OSError as error:
            stop(f"{workbook} cannot be written ({error.strerror}): check the path and permissions")
        print(workbook)


@matters_app.command("import-excel")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A workbook in the template.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the matter's file goes.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a workbook into a matter file (DIR/FILE.yaml).

    Mistakes are told by cell (办事指南!B7), and then nothing is written.

    Refused are formulas, macros, links, merged and hidden cells, text that is struck out, and what unpacks to
    far too much.  A title may stand above the headers, columns in any order, and the elements may have the
    names that other places give them.  Sheets that are not of the template are named and left out.

    Exit code: 0 written, 1 the workbook has mistakes, 2 wrong use.
    """
    from kiosk.matters.excel.reading import import_matter
    from kiosk.matters.excel.yaml_text import yaml_text

    target = out / f"{file.stem}.yaml"
    if target.exists() and not replace:
        stop(f"{target} is already there: give another --out, or --replace")
    found = import_matter(file)
    if isinstance(found, list):
        if as_json:
            give({"file": None, "mistakes": [mistake.to_json() for mistake in found]})
        else:
            for mistake in found:
                print(mistake)
            say(f"{len(found)} mistakes; nothing was written  有{len(found)}处要改，没有写入文件")
        raise typer.Exit(1)
    try:
        out.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.new")
        new.write_text(yaml_text(found.plain), encoding="utf-8")
        new.replace(target)
    except OSError as error:
        stop(f"{target} cannot be written ({error.strerror}): check the path and permissions")
    for sheet in found.left_out:
        say(f"“{sheet}”不是模板里的表，没有导入 this sheet is not of the template and was left out")
    if as_json:
        give({"file": str(target), "mistakes": [], "left_out": list(found.left_out)})
    else:
        print(target)
        say(f"next: kiosk matters lint {target}  下一步：检查这个文件")
