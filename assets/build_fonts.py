"""Makes the product's fonts, icons and drawings from the packages that were installed.

    python -m assets.build_fonts

Noto Sans SC comes as a variable font with TrueType outlines; two static instances are cut from it, which
Kivy and reportlab can both read.  Rare characters come from Debian's fonts-babelstone-han, in the shapes of
the mainland, and where that lacks them from fonts-hanazono, whose shapes are Japanese; letters outside
Chinese use from the DejaVu font that Kivy carries, icons from the Material Design Icons wheel.
Run again at any time: it does only what is missing.
"""

from __future__ import annotations

import ast
import fcntl
import functools
import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from assets import drawings
from assets.fonts import COVERAGE_FILE, FOLDER, INVISIBLE, NO_FACE

RECIPE = 5  # counted up when this module makes something else from the same sources
ICON_FONT = "MaterialDesignIcons.ttf"
ICON_NAMES = "icons.json"
STAMP = "built.json"
DEJAVU = "DejaVuSans.ttf"

HANAZONO_FILES = ("HanaMinA.ttf", "HanaMinB.ttf")
HANAZONO_FOLDERS = (  # Debian and Ubuntu; Fedora; Arch; installed by hand
    Path("/usr/share/fonts/truetype/hanazono"),
    Path("/usr/share/fonts/hanazono-fonts"),
    Path("/usr/share/fonts/hanazono"),
    Path("/usr/share/fonts/TTF"),
    Path("/usr/local/share/fonts"),
)
BABELSTONE = "BabelStoneHan.ttf"
BABELSTONE_FOLDERS = (
    Path("/usr/share/fonts/truetype/babelstone"),
    Path("/usr/share/fonts/babelstone"),
    Path("/usr/share/fonts/TTF"),
    Path("/usr/local/share/fonts"),
)
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_VERTICAL_TABLES = ("HVAR", "VVAR", "vhea", "vmtx", "VORG")  # nothing here is set vertically
_WEIGHTS = {"NotoSansSC-Regular.ttf": ("Regular", 400), "NotoSansSC-Bold.ttf": ("Bold", 700)}
# Outlines, as parts of the size, that make a face nearly as heavy as Noto Sans Regular and Bold.  A renderer
# draws none thinner than a dot: at 203 dpi more makes a block of ink of thirty strokes.
_STROKES = {**dict.fromkeys((BABELSTONE, *HANAZONO_FILES), (0.0, 0.02)), DEJAVU: (0.0, 0.03)}
_ICON_PACKAGE = "fonticon-materialdesignicons7"
_NOTO_PACKAGE = "justmytype-intl-cjk"


class SourceMissingError(RuntimeError):
    """A package that the set-up installs is not there."""


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two set-ups at once: the second finds everything done
        try:
            print(f"fonts: {build()}", flush=True)
            drawings.make_all()
        except SourceMissingError as missing:
            print(f"fonts: {missing}", file=sys.stderr)
            return 1
        except OSError as reason:
            print(f"fonts: cannot write {FOLDER}: {reason.strerror}", file=sys.stderr)
            return 1
    return 0


def build() -> str:
    """Make what is missing.  Returns one line that says what was done.

    Raises :class:`SourceMissingError` when a Python package is not installed; without Hanazono it goes on.
    """
    noto = _package_folder("justmytype_intl_cjk", _NOTO_PACKAGE) / "fonts/ofl/notosanssc"
    icons = _package_folder("fonticon_mdi7", _ICON_PACKAGE)
    hanazono, babelstone = find_hanazono(), find_babelstone()
    rare = [*babelstone, *hanazono]
    wanted = {
        "recipe": RECIPE,
        "noto": importlib.metadata.version(_NOTO_PACKAGE),
        "icons": importlib.metadata.version(_ICON_PACKAGE),
        "rare": [path.stat().st_size for path in rare],
    }
    without = "" if hanazono else "; fonts-hanazono is not installed: rare characters will show as code boxes"
    if hanazono and not babelstone:
        without = "; fonts-babelstone-han is not installed: many rare characters will have Japanese shapes"
    if _up_to_date(wanted):
        return f"up to date{without}"
    (FOLDER / STAMP).unlink(missing_ok=True)
    with ProcessPoolExecutor(max_workers=len(_WEIGHTS)) as pool:
        jobs = [pool.submit(_cut_instance, noto / "NotoSansSC[wght].ttf", name) for name in _WEIGHTS]
        _copy(noto / "OFL.txt", FOLDER / "NotoSansSC-OFL.txt")
        _make_icons(icons)
        _link_rare(rare)
        dejavu = _copy_dejavu()
        for job in jobs:
            job.result()
    _make_coverage([*([DEJAVU] if dejavu else []), *(path.name for path in rare)])
    made = {path.name: path.stat().st_size for path in FOLDER.iterdir() if not path.name.startswith(".")}
    _write(FOLDER / STAMP, json.dumps({"wanted": wanted, "made": made}).encode())
    return f"made {len(made)} files{without}"


def find_hanazono() -> list[Path]:
    """HanaMinA and HanaMinB where a system package put them; empty when it is not installed."""
    return _installed(HANAZONO_FOLDERS, HANAZONO_FILES)


def find_babelstone() -> list[Path]:
    """Where a system package put it; empty when it is not installed."""
    return _installed(BABELSTONE_FOLDERS, (BABELSTONE,))


def _installed(folders: Sequence[Path], names: Sequence[str]) -> list[Path]:
    """All of them from the first folder that has them all."""
    for folder in folders:
        found = [folder / name for name in names]
        if all(path.is_file() for path in found):
            return found
    return []


def _up_to_date(wanted: dict[str, object]) -> bool:
    try:
        stamp = json.loads((FOLDER / STAMP).read_bytes())
        same = stamp["wanted"] == wanted
        return same and all((FOLDER / name).stat().st_size == size for name, size in stamp["made"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # nothing there, or a stamp that was cut off: make it again


def _package_folder(module: str, package: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise SourceMissingError(f"the Python package {package} is not installed; run the set-up first")
    return Path(next(iter(spec.submodule_search_locations)))


def _cut_instance(source: Path, name: str) -> None:
    """One static weight of the variable font, with names of its own."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    style, weight = _WEIGHTS[name]
    font = TTFont(source, lazy=True)
    for table in _VERTICAL_TABLES:
        if table in font:
            del font[table]
    instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    bold = style == "Bold"
    names = font["name"]
    for name_id in (16, 17, 25):
        names.removeNames(nameID=name_id)
    texts = {1: "Noto Sans SC", 2: style, 3: f"2.004;NotoSansSC-{style}", 4: f"Noto Sans SC {style}"}
    texts[6] = f"NotoSansSC-{style}"
    for name_id, text in texts.items():
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    selection = font["OS/2"].fsSelection & ~0b110_0001  # neither italic nor bold nor regular
    font["OS/2"].fsSelection = selection | (0b10_0000 if bold else 0b100_0000)
    font["head"].macStyle = 1 if bold else 0
    if "STAT" in font:
        del font["STAT"]  # describes axes that are gone
    _replace(FOLDER / name, font.save)


def _link_rare(found: list[Path]) -> None:
    """Links, not copies: the files have 100 MB and belong to the system."""
    for name in (BABELSTONE, *HANAZONO_FILES):
        (FOLDER / name).unlink(missing_ok=True)
    for path in found:
        _replace(FOLDER / path.name, functools.partial(_link, path))


def _link(source: Path, temporary: Path) -> None:
    temporary.symlink_to(source)


def _copy_dejavu() -> bool:
    """DejaVu for Latin, Greek and Cyrillic letters that the Chinese fonts lack."""
    spec = importlib.util.find_spec("kivy")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "data/fonts" / DEJAVU
        if path.is_file():
            _copy(path, FOLDER / path.name)
            return True
    return False


def _make_icons(package: Path) -> None:
    """The icon font and its names.  The package's Python is read, not run."""
    _copy(package / "fonts/materialdesignicons-webfont.ttf", FOLDER / ICON_FONT)
    tree = ast.parse((package / "mdi7.py").read_text("utf-8"))
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
            and len(node.value.value) == 1
        ):
            # Python's names have "_" for "-", and one at the end where the name is a Python word.
            names[node.targets[0].id.rstrip("_").replace("_", "-")] = node.value.value
    _write(FOLDER / ICON_NAMES, json.dumps(names, separators=(",", ":")).encode())


def _make_coverage(rare: list[str]) -> None:
    """One byte for each code point: the first face that has a visible glyph for it."""
    faces = [{"regular": _face("NotoSansSC-Regular.ttf"), "bold": _face("NotoSansSC-Bold.ttf")}]
    sets = [_characters("NotoSansSC-Regular.ttf") & _characters("NotoSansSC-Bold.ttf")]
    for name in rare:
        regular, bold = _STROKES[name]
        faces.append({"regular": _face(name, regular), "bold": _face(name, bold)})
        characters = _characters(name)
        if name == DEJAVU:  # Armenian to Myanmar would need shaping
            characters = {code for code in characters if not 0x530 <= code < 0x10A0}
        if name == BABELSTONE:  # it has letters and signs, too
            characters = {code for code in characters if any(first <= code <= last for first, last in _HAN)}
        sets.append(characters)
    table = bytearray([NO_FACE]) * (max(map(max, sets)) + 1)
    for number in reversed(range(len(sets))):
        for code in sets[number]:
            table[code] = number
    _write(FOLDER / COVERAGE_FILE, json.dumps(faces).encode() + b"\n" + bytes(table))


def _face(name: str, stroke: float = 0.0) -> dict[str, object]:
    return {"name": name.removesuffix(".ttf"), "file": name, "stroke": stroke}


def _characters(name: str) -> set[int]:
    """The code points that a font shows.

    Private-use ones are left out: what a font draws there is its own invention, not what a card meant.
    So are right-to-left letters, and characters whose glyph is empty although they are not spaces.
    """
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / name, lazy=True) as font:
        places = font["loca"].locations
        glyph_ids = font.getReverseGlyphMap()
        shown = set()
        for code, glyph in font.getBestCmap().items():
            category = unicodedata.category(chr(code))
            if category in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") or code in INVISIBLE:
                continue
            if unicodedata.bidirectional(chr(code)) in ("R", "AL"):
                continue
            number = glyph_ids[glyph]
            if category == "Zs" or (number and places[number] != places[number + 1]):
                shown.add(code)
        return shown


def _copy(source: Path, target: Path) -> None:
    _replace(target, lambda temporary: shutil.copyfile(source, temporary))


def _write(target: Path, data: bytes) -> None:
    _replace(target, lambda temporary: temporary.write_bytes(data))


def _replace(target: Path, make: Callable[[Path], object]) -> None:
    """Make a file beside its place and move it there: a set-up that is cut off leaves no half file."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    make(temporary)
    os.replace(temporary, target)


if __name__ == "__main__":
    sys.exit(main())
