"""From the files of matters to their compiled catalogue: what has not changed is taken over from before.

Imported only where something has changed; see ``kiosk.matters.opening``.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final, NamedTuple

from kiosk.matters import compiled
from kiosk.matters.compiled import CompiledFile, DamagedError, Items, digest_of
from kiosk.matters.document import ONE_CATALOGUE, parse_document, read_bytes, text_of
from kiosk.matters.load import checked_matter, duplicate
from kiosk.matters.offer import Offer, offer_of, plain_offer
from kiosk.matters.problem import Problem
from kiosk.matters.search import Entry, Index, entry
from kiosk.matters.shelf import alike_of, departments_of, places_of, sum_of, version_of

MANY_FILES: Final = 300  # to be read anew: from which on all processors work


class _One(NamedTuple):
    """What became of one file: a matter's parts, or its problems."""

    file: str
    digest: bytes
    problems: tuple[tuple[Any, ...], ...] = ()
    offer: tuple[Any, ...] = ()
    sum: bytes = b""
    entry: tuple[tuple[str, ...], ...] = ()
    whole: bytes = b""


def compile_files(
    paths: Sequence[Path],
    base: Path | None,
    key: bytes,
    standing: bytes,
    before: CompiledFile | None,
    file: Path,
) -> tuple[int, CompiledFile]:
    """The compiled ``file``, anew, and how many files had to be compiled for it."""
    known = _known(before)
    digests = {path: _digest(path) for path in paths}
    anew = [path for path in paths if (path.name, digests[path]) not in known]
    made = {one.file: one for one in _each(anew)}
    ones = [made.get(path.name) or known[path.name, digests[path]] for path in paths]
    items = Items()
    head = _head(ones, items)
    head |= {"key": key, "standing": standing, "base": _base_codes(base, before)}
    return len(anew), compiled.written(file, head, items)


def _digest(path: Path) -> bytes:
    data = read_bytes(path)
    return b"" if isinstance(data, Problem) else digest_of(data)


def _known(before: CompiledFile | None) -> Mapping[tuple[str, bytes], _One]:
    """What was compiled before, as far as it is not damaged, by file and digest."""
    if before is None:
        return {}
    found = {}
    try:
        rows = before.value(before.head["files"])
    except DamagedError:
        return {}
    for row, item in rows:
        try:
            one = _One(*row)._replace(whole=before.item(item) if item else b"")
        except DamagedError:
            continue
        if one.digest:
            found[one.file, one.digest] = one
    return found


def _each(paths: Sequence[Path]) -> list[_One]:
    workers = len(os.sched_getaffinity(0))
    if len(paths) < MANY_FILES or workers < 2:
        return [_one(path) for path in paths]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("spawn")  # this process may have threads
    try:
        with ProcessPoolExecutor(workers, context) as pool:
            return list(pool.map(_one, paths, chunksize=32))
    except (BrokenProcessPool, OSError):  # one was ended for want of memory: it takes longer alone
        return [_one(path) for path in paths]


def _one(path: Path) -> _One:
    data = read_bytes(path)
    if isinstance(data, Problem):
        return _One(path.name, b"", (astuple(data),))
    text = text_of(data, path.name)
    root = [text] if isinstance(text, Problem) else parse_document(text, path.name)
    matter = root if isinstance(root, list) else checked_matter(root, path.name)
    if isinstance(matter, list):
        return _One(path.name, digest_of(data), tuple(astuple(problem) for problem in matter))
    assert not isinstance(root, list)
    return _One(
        path.name,
        digest_of(data),
        (),
        plain_offer(matter),
        sum_of(matter),
        tuple(entry(matter)),
        compiled.packed_matter(root.plain()),
    )


def _head(ones: Sequence[_One], items: Items) -> dict[str, Any]:
    """All but the matters themselves, which become ``items``."""
    file_of: dict[str, str] = {}
    problems: list[tuple[Any, ...]] = []
    good: list[_One] = []
    for one in ones:
        problems += one.problems
        if not one.offer:
            continue
        code = one.offer[0]
        if code in file_of:
            problems.append(astuple(duplicate(one.file, file_of[code])))
        else:
            file_of[code] = one.file
            good.append(one)
    wholes = {one.file: items.add(one.whole) for one in ones if one.whole}
    offers = [offer_of(one.offer) for one in good]
    index = Index.of([Entry(*one.entry) for one in good])
    return {
        "problems": tuple(problems),
        "names": tuple(one.file for one in good),
        "codes": tuple(offer.task_code for offer in offers),
        "base_codes": tuple(offer.catalog_code for offer in offers),
        "themes": places_of(offer.themes for offer in offers),
        "departments": [
            (*pair, places) for pair, places in departments_of(offer.department for offer in offers).items()
        ],
        "alike": _alike(offers, good),
        "version": version_of((one.offer[0], one.sum) for one in good),
        "offers": [items.add(marshal.dumps(one.offer)) for one in good],
        "wholes": [wholes[one.file] for one in good],
        "index": items.add(marshal.dumps(index.packed())),
        "files": items.add(marshal.dumps([(tuple(one[:-1]), wholes.get(one.file)) for one in ones])),
    }


def _alike(offers: Sequence[Offer], good: Sequence[_One]) -> list[tuple[tuple[Any, ...], tuple[str, ...]]]:
    plain = {one.offer[0]: one.offer for one in good}
    return [(plain[first.task_code], codes) for first, codes in alike_of(offers)]


def _base_codes(base: Path | None, before: CompiledFile | None) -> tuple[bytes, tuple[str, ...]] | None:
    """The digest of the base catalogue's file, and the base codes in it; ``None`` without a good one."""
    if base is None:
        return None
    data = read_bytes(base, ONE_CATALOGUE)
    if isinstance(data, Problem):
        return None
    known = before.head["base"] if before is not None else None
    if known is not None and known[0] == digest_of(data):
        codes: tuple[bytes, tuple[str, ...]] = known
        return codes
    from kiosk.matters.base import load_base_catalogue

    loaded = load_base_catalogue(base)
    if isinstance(loaded, list):
        return None
    return digest_of(data), tuple(item.catalog_code for item in loaded.items)
