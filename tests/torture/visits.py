"""Every fault in the middle of every page of a visit, by script: ``python -m tests.torture.visits``.

For each fault and page, one visit by the robot through the real screens, on stand-ins at the wire.  What is
judged is what the citizen has of it: the visit comes to a case, no page is white or the failsafe page, no
sentence is untrue, nothing stays behind.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from screens.words import Catalogue as Words

MATTER: Final = "社保缴费证明"  # asks for a card, prints a slip and an A4 page
PAGES: Final = ("home", "guide", "identify", "form", "check", "submitting", "done")
LASTS_SECONDS: Final = 2.0
VISIT_SECONDS: Final = 90
LEAST_PICTURE_BYTES: Final = 5_000

# What breaks, and what mends it.
FAULTS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "reader_pulled": (("hang-up",), ("plug-in",)),
    "reader_mute": (("mute",), ("speak",)),
    "reader_corrupt": (("corrupt 2",), ("corrupt 0",)),
    "reader_noise": (("noise 00FFAAAAAA9669AAAAAA96690BB8AA", "split 3"), ()),
    "reader_unfit": (
        ("answer status 000060", "answer find 000060"),
        ("answer status 000000", "answer find 000000"),
    ),
    "reader_refuses": (("answer read 698231",), ("answer read 000000", "lift", "present")),
    "reader_slow": (("split 8", "slow 0.004"), ("split 0", "slow 0")),
    "card_lifted_early": (
        ("split 4", "slow 0.01", "+0.1 present", "+0.6 lift"),
        ("split 0", "slow 0", "present"),
    ),
    "scanner_pulled": (("hang-up scanner",), ("plug-in scanner",)),
    "scanner_babbles": (("noise 00010203FF0D scanner",), ()),
    "slip_out": (("paper receipts out",), ("paper receipts full",)),
    "slip_jammed": (("paper receipts jammed",), ("paper receipts full",)),
    "slip_door": (("door receipts open",), ("door receipts closed",)),
    "slip_offline": (("printer receipts offline",), ("printer receipts online",)),
    "slip_hangs": (("job receipts 3600",), ("job receipts 0",)),
    "slip_breaks_off": (("break-off receipts yes",), ("break-off receipts no",)),
    "page_out": (("paper documents out",), ("paper documents full",)),
    "page_breaks_off": (("job documents 1", "break-off documents yes"), ("break-off documents no",)),
    "platform_down": (("platform down",), ("platform up",)),
    "platform_error": (("platform error_500",), ("platform up",)),
    "platform_loses_answers": (("platform lose_answer",), ("platform up",)),
    "platform_talks_nonsense": (("platform not_json",), ("platform up",)),
}


def script_for(fault: str, page: str) -> str:
    """The fault as soon as the page is there, mended after a while.  Where the script itself lays the card,
    it does so first as a citizen would."""
    broken, mended = FAULTS[fault]
    lines = ["on identify +0.2 present"] if any(step == "present" for step in mended) else []
    lines += [f"on {page} {step}" for step in broken]
    for number, step in enumerate(mended):
        lines.append(f"after {LASTS_SECONDS if number == 0 else 0.4} {step}")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Visit:
    """What a rehearsal left behind."""

    code: int
    said: str
    summary: dict[str, Any]
    told: dict[str, Any]
    log: str

    @property
    def last_page(self) -> str:
        """What stood on the last page of the case, in one text."""
        of_done = [page["texts"] for page in self.told["pages"] if page["name"] in ("done", "result")]
        return "\n".join(of_done[-1]) if of_done else ""


def make(script: str, out: Path, matter: str = MATTER) -> Visit:
    out.mkdir(parents=True, exist_ok=True)
    file = out / "faults.script"
    file.write_text(script, encoding="utf-8")
    command = [sys.executable, "-m", "kiosk.cli", "rehearse", matter, "--script", str(file)]
    command += ["--out", str(out), "--timeout", str(VISIT_SECONDS)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=3 * VISIT_SECONDS, check=False)
    if not (out / "texts.json").exists():
        raise RuntimeError(ended.stderr)
    return Visit(
        ended.returncode,
        ended.stderr,
        json.loads((out / "summary.json").read_text(encoding="utf-8")),
        json.loads((out / "texts.json").read_text(encoding="utf-8")),
        (out / "terminal.log").read_text(encoding="utf-8"),
    )


def judge(visit: Visit) -> Iterator[str]:
    """Everything that is not as it must be."""
    summary = visit.summary
    if visit.told["gave_up"] or summary["state"] == "abandoned":
        yield f"the visit was lost: {visit.told['gave_up'] or 'no case'}"
    if not summary["wiped"]:
        yield "something of the person stayed"
    if "crashed" in visit.log:
        yield "something crashed; see terminal.log"
    yield from _pages(summary, visit.told)
    yield from _sentences(visit)
    yield from (f"script: {step['failure']}" for step in visit.told["script"] if step["failure"])


def _pages(summary: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    for page, texts in zip(summary["pages"], told["pages"], strict=True):
        if page["name"] == "failsafe":
            yield "the failsafe page came"
        if Path(page["picture"]).stat().st_size < LEAST_PICTURE_BYTES or not texts["texts"]:
            yield f"page {page['name']} is white"


def _sentences(visit: Visit) -> Iterator[str]:
    """What the last page says about the case and its papers, against what became of them."""
    words = Words.of("zh").texts
    text, summary = visit.last_page, visit.summary
    if not text:
        return
    accepted = [words[key] for key in words if key.startswith("done.accepted")]
    says_accepted = any(sentence.format(matter="").strip("：") in text for sentence in accepted)
    if summary["state"] == "accepted":
        if summary["project_no"] not in text.replace(" ", ""):
            yield "accepted, and its number is not on the page"
    elif says_accepted:
        yield f"the page says accepted, and the case is {summary['state']}"
    if summary["state"] == "queued" and words["done.queued"] not in text:
        yield "queued, and the page does not say so"
    not_out = words["done.not_printed"].partition("{")[0].rstrip("：")
    doubtful = not_out in text or words["done.unknown"] in text
    if summary["printed"] and doubtful:
        yield "the page doubts papers that are out"
    if not summary["printed"] and not doubtful:
        yield "papers are not out, and the page does not say so"
    yield from _papers(visit)


def _papers(visit: Visit) -> Iterator[str]:
    printed = visit.summary["receipt"] is not None
    if visit.summary["printed"] and not printed:
        yield "printed, and there is no slip"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.visits", description=__doc__)
    parser.add_argument("--fault", action="append", choices=list(FAULTS), help="only these; may be repeated")
    parser.add_argument("--page", action="append", choices=PAGES, help="only these; may be repeated")
    parser.add_argument("--keep", type=Path, help="a folder for the pictures and texts of every visit")
    given = parser.parse_args()
    failed = 0
    for fault, page in _pairs(given.fault or FAULTS, given.page or PAGES):
        with tempfile.TemporaryDirectory(prefix="torture-visit-") as temporary:
            out = (given.keep or Path(temporary)) / f"{fault}-{page}"
            visit = make(script_for(fault, page), out)
            findings = list(judge(visit))
        failed += bool(findings)
        state, seconds = visit.summary["state"], visit.summary["seconds"]
        print(f"{fault:<24}{page:<12}{state:<12}{seconds:6.1f} s  {'; '.join(findings) or 'as it should be'}")
        sys.stdout.flush()
    return 1 if failed else 0


def _pairs(faults: Iterable[str], pages: Iterable[str]) -> Iterator[tuple[str, str]]:
    pages = list(pages)
    return ((fault, page) for fault in faults for page in pages)


if __name__ == "__main__":
    sys.exit(main())
