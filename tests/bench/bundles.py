"""A terminal's look at a repository that has nothing new, against bare requests for the same two files."""

from __future__ import annotations

import http.client
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.bundles import repository
from kiosk.bundles.client.fetching import Fetcher
from kiosk.bundles.client.updating import Source, Verified, look, source_at
from kiosk.bundles.office import Office, demonstration_office
from kiosk.bundles.roles import utc_now
from tests.bench.figures import Figure
from tests.kiosk.bundles.station import Notes, served

CONFIG: Final = Path(__file__).resolve().parents[2] / "config"
CYCLES: Final = 30
MS: Final = 1000.0


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        office = Office(Path(name) / "office")
        fault = demonstration_office(office, CONFIG, "demo", "only for the bench")
        assert fault is None, fault
        with served(office.repository) as url:
            source = source_at(Path(name) / "metadata", url, office.root.read_bytes())
            notes = Notes()
            fetcher = Fetcher(source.access)
            first = _cycle(source, notes, fetcher)
            ours, received = [], []
            for _ in range(CYCLES):
                began = time.perf_counter()
                found = _cycle(source, notes, fetcher)
                ours.append((time.perf_counter() - began) * MS)
                received.append(float(found.received))
            peer = [_bare(url) for _ in range(CYCLES)]
            yield Figure(
                "a cycle without change",
                "ms",
                tuple(ours),
                tuple(peer),
                "two bare requests, verified by nobody",
            )
            yield Figure("its bytes", "bytes", tuple(received))
            yield Figure("the first cycle's bytes", "bytes", (float(first.received),))
        began = time.perf_counter()
        found_bundle = repository.load_bundle(office.repository, _approved(office))
        assert hasattr(found_bundle, "data")
        yield Figure("reading a bundle of all matters back", "ms", ((time.perf_counter() - began) * MS,))
        shutil.rmtree(office.folder)


def _approved(office: Office) -> str:
    listed = repository.approved(office.repository)
    assert isinstance(listed, tuple)
    return listed[0].name


def _cycle(source: Source, notes: Notes, fetcher: Fetcher) -> Verified:
    fetcher.begin()
    found = look(source, "demo", notes, fetcher, utc_now)
    assert isinstance(found, Verified), found
    return found


def _bare(url: str) -> float:
    began = time.perf_counter()
    host = url.removeprefix("http://")
    for path in ("/metadata/2.root.json", "/metadata/timestamp.json"):
        connection = http.client.HTTPConnection(host)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()
    return (time.perf_counter() - began) * MS
