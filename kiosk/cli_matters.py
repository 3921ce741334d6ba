"""``kiosk matters``: write, check, compare, verify.  ``list`` and ``show`` are in ``kiosk.cli``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.cli_output import give, say, stop

if TYPE_CHECKING:
    from kiosk.delivery.platform import PlatformClient
    from kiosk.matters.lint import Listing
    from kiosk.matters.models import Matter

matters_app = typer.Typer(no_args_is_help=True, help="What can be done at the terminals.")

BASE_FILE: Final = "base-catalogue.yaml"
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
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A matter file, or a folder of them.")],
    base: Base = None,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Check matters against chapter 2 of the regulation and against what a terminal needs.

    Each finding has a severity, a code, the article that it stands on, the place (file:line:column) and how
    to mend it.  Exit code: 0 nothing, or information only; 1 warnings; 2 errors (or wrong use).
    """
    from kiosk.matters.lint import Surroundings, lint

    report = lint(path, Surroundings(_listing(path, base, platform)))
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
    from kiosk.matters.lint import Listing

    if platform is not None:
        return _from_platform(platform)
    folder = path if path.is_dir() else path.parent
    product = Path(__file__).resolve().parent.parent / "config"
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
    from kiosk.matters.lint import Listing

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
