"""Searches a process and files for texts.  A program of its own (``python -I -S``), one JSON each way.

It takes ``{"pid", "needles": [[pad, masked]...], "sounds", "files", "folders", "since", "public"}`` (pads and
masked texts in hexadecimal; sounds are masked, too) and gives ``{"found": {place: how often}, "public": n,
"bytes": n, "unread": n}``.
Nothing that it writes holds a text.  It stands back for whoever else wants the processor.

``public`` are folders of the product: what stands in them, such as a word that is somebody's name, is
everywhere and says nothing about a visit.  In memory every page that can be written is read, freed or not;
texts are looked for in each form that the product, a card or a library gives them.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

PIECE = 1 << 18  # stays in the processor's cache while every form is looked for
LONGEST = 2048  # bytes of one form of a text, at most
MOST_FILE_BYTES = 1 << 28
DEVICES = ("/dev/", "/memfd:", "/SYSV")  # memory of a graphics card cannot be read, and is not text
WORDS = (".py", ".yaml", ".yml", ".toml", ".txt", ".json", ".md", ".kv", ".html")


def forms(text: str) -> list[bytes]:
    """The bytes that ``text`` may have: of C libraries, of Python's own texts, of cards, of the wire."""
    if text.isascii():
        made = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-32-le")]
        if len(text) > 10:  # as numbers are shown
            made.append(" ".join(text[at : at + 4] for at in range(0, len(text), 4)).encode())
            made.append(f"{text[:6]} {text[6:14]} {text[14:]}".encode())
    else:
        encodings = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
        made = [text.encode(encoding, "surrogatepass") for encoding in encodings]
        made.append(text.encode("gb18030", "ignore"))
        made.append(json.dumps(text)[1:-1].encode())
        made.append(quote(text, errors="replace").encode())
    return [form for form in dict.fromkeys(made) if len(form) >= 4]


def search(order: dict[str, Any]) -> dict[str, Any]:
    texts = [unmasked(bytes.fromhex(pad), bytes.fromhex(masked)) for pad, masked in order["needles"]]
    wanted = [text for text in texts if not is_public(text, order["public"])]
    patterns = list(dict.fromkeys(form for text in wanted for form in forms(text)))
    patterns += [xored(bytes.fromhex(pad), bytes.fromhex(masked)) for pad, masked in order["sounds"]]
    found: dict[str, int] = {}
    read, unread = 0, 0
    for place, pieces in places(order):
        try:
            for piece in pieces:
                read += len(piece)
                count = sum(pattern in piece for pattern in patterns)
                if count:
                    found[place] = found.get(place, 0) + count
        except OSError:
            unread += 1
    return {"found": found, "public": len(texts) - len(wanted), "bytes": read, "unread": unread}


def xored(pad: bytes, masked: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(pad, masked, strict=True))


def unmasked(pad: bytes, masked: bytes) -> str:
    return xored(pad, masked).decode("utf-8", "surrogatepass")


def places(order: dict[str, Any]) -> Iterator[tuple[str, Iterator[bytes]]]:
    pid = order["pid"]
    if pid:
        for start, end in regions(pid):
            yield "memory", memory(pid, start, end)
        yield "process", plain(f"/proc/{pid}/cmdline")
        yield "process", plain(f"/proc/{pid}/environ")
        for name in deleted_files(pid):
            yield "temporary", plain(name)
    for place, name in order["files"]:
        if os.path.exists(name):
            yield place, plain(name)
    for place, folder in order["folders"]:
        for name in changed_files(folder, order["since"]):
            yield place, plain(name)


def regions(pid: int) -> Iterator[tuple[int, int]]:
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            parts = line.split(None, 5)
            name = parts[5].strip() if len(parts) > 5 else ""
            if "w" in parts[1] and not name.startswith(DEVICES) and name not in ("[vvar]", "[vsyscall]"):
                start, _, end = parts[0].partition("-")
                yield int(start, 16), int(end, 16)


def memory(pid: int, start: int, end: int) -> Iterator[bytes]:
    with open(f"/proc/{pid}/mem", "rb", 0) as file:
        at = start
        while at < end:
            file.seek(at)
            try:
                piece = file.read(min(PIECE + LONGEST, end - at))
            except OSError:
                return  # unmapped meanwhile
            if not piece:
                return
            if piece.count(0) != len(piece):
                yield piece
            at += PIECE


def plain(name: str) -> Iterator[bytes]:
    with open(name, "rb") as file:
        if os.fstat(file.fileno()).st_size > MOST_FILE_BYTES:
            return
        before = b""
        while piece := file.read(PIECE):
            yield before + piece
            before = piece[-LONGEST:]


def deleted_files(pid: int) -> Iterator[str]:
    """Files without a name that the process still holds open."""
    folder = f"/proc/{pid}/fd"
    for name in os.listdir(folder):
        link = f"{folder}/{name}"
        try:
            if os.readlink(link).endswith(" (deleted)") and os.path.isfile(link):
                yield link
        except OSError:
            continue  # closed meanwhile


def changed_files(folder: str, since: float) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            try:
                about = os.stat(path, follow_symlinks=False)
            except OSError:
                continue
            if about.st_mtime >= since and about.st_uid == os.geteuid() and os.path.isfile(path):
                yield path


def is_public(text: str, folders: list[str]) -> bool:
    sought = text.encode("utf-8", "surrogatepass")
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                if name.endswith(WORDS):
                    try:
                        if any(sought in piece for piece in plain(os.path.join(parent, name))):
                            return True
                    except OSError:
                        continue
    return False


if __name__ == "__main__":
    os.nice(10)  # a citizen who has come meanwhile goes first
    json.dump(search(json.load(sys.stdin)), sys.stdout)
