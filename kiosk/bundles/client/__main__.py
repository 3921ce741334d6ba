"""``python -m kiosk.bundles.client``: the verifying client alone, as the public conformance suite drives it.

See ``CLIENT-CLI.md`` of ``theupdateframework/tuf-conformance``.  Exit code 0, or 1 with a line that says why.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import Root

from kiosk.bundles.client.fetching import Access, Fetcher
from kiosk.bundles.client.updating import SafeUpdater, Source
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.files import sync_file, write_whole
from kiosk.bundles.roles import parse_metadata
from kiosk.durable import sync_folder

FILE_SECONDS = 60.0
NO_FLOOR = datetime.fromtimestamp(0, UTC)
"""The suite shows repositories of the past at their own time; a terminal knows better (``BUILD_DATE``)."""


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    folder: Path = given.metadata_dir
    try:
        if given.command == "init":
            return _begin(folder, given.root)
        if not given.metadata_url:
            return _say("give --metadata-url")
        source = Source(
            folder, given.metadata_url, given.target_base_url or "", (folder / "root.json").read_bytes()
        )
        updater = SafeUpdater(source, Fetcher(Access(file_seconds=FILE_SECONDS)), NO_FLOOR)
        if given.command == "refresh":
            updater.refresh()
            return 0
        if not (given.target_name and given.target_dir and given.target_base_url):
            return _say("give --target-name, --target-dir and --target-base-url")
        return _download(updater, given.target_name, given.target_dir)
    except (RepositoryError, DownloadError, ValueError, OSError) as error:
        return _say(f"{type(error).__name__}: {error}")


def _begin(folder: Path, root: Path) -> int:
    data = root.read_bytes()
    read = parse_metadata(data, Root)
    if isinstance(read, BundleFault):
        return _say(f"{root}: {read}")
    fault = write_whole(folder / "root.json", data)
    return _say(str(fault)) if fault else 0


def _download(updater: SafeUpdater, names: list[str], folder: Path) -> int:
    for name in names:
        info = updater.get_targetinfo(name)
        if info is None:
            return _say(f"{name} is not there")
        path = folder / quote(name, "")
        if updater.find_cached_target(info, str(path)) is None:
            beside = folder / f".new-{path.name}"
            updater.download_target(info, str(beside))
            sync_file(beside)
            beside.replace(path)
            sync_folder(folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kiosk.bundles.client", description=__doc__)
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url")
    parser.add_argument("--target-name", action="append")
    parser.add_argument("--target-dir", type=Path)
    parser.add_argument("--target-base-url")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init", help="trust this root").add_argument("root", type=Path)
    commands.add_parser("refresh", help="update the metadata")
    commands.add_parser("download", help="download targets")
    return parser


def _say(text: str) -> int:
    print(f"kiosk: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
