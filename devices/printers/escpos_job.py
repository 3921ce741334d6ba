"""One job on an ESC/POS line: bands out, answers in, trouble noticed while it prints.

After each band the printer is asked to answer in its turn (``GS r``), and only a few bands are ever on
their way: when the paper ends, no more than that is in the printer's buffer.  A printer that does not know
``GS r`` is watched by ``DLE EOT`` alone, for as long as the slowest printer would need.

Fault codes besides those of the line and the status: ``printer.end_unknown``.
"""

from __future__ import annotations

import time
from collections import deque

from devices.contract import Deadline, Fault
from devices.printers.base import deadline_fault
from devices.printers.escpos_line import FENCE, EscposLine
from devices.printers.escpos_status import ask_status, status_of
from devices.printers.raster import Bitmap

RESET = b"\x1b@"
CUT = b"\x1dVB\x00"  # GS V 66 0: feed to the cutter, then cut
CUT_FEED_MM = 15  # from the print head to the cutter, about, whatever the model
BAND_ROWS = 64  # 8 mm
BANDS_ON_THEIR_WAY = 2
_SLOWEST_ROWS_PER_SECOND = 400.0  # 50 mm/s
_MARGIN_SECONDS = 2.0
_POLL_SECONDS = 0.25
_SAME_SILENCE_TIMES = 2  # one unanswered question, or one moment offline, ends no job
_FENCE_PAPER_END = 0x0C


class EscposJob:
    """``knows_fence``: whether the printer answers ``GS r``; ``None`` when nobody has asked it yet."""

    def __init__(
        self, line: EscposLine, deadline: Deadline, answers_status: bool, knows_fence: bool | None
    ) -> None:
        self.knows_fence = knows_fence
        self.rows_printed = 0  # sent; those on their way included
        self._line = line
        self._deadline = deadline
        self._answers_status = answers_status
        self._owed_rows: deque[int] = deque()  # rows of paper of each part that was not answered for
        self._doubtful_times = 0

    def run(self, pages: list[Bitmap], unfinished_bytes: int) -> Fault | None:
        """Nothing once the printer is through with everything, the cut included.

        ``unfinished_bytes``: what the printer still takes as dots of a picture that broke off before.
        """
        self._line.fences.clear()
        if fault := self._send(bytes(unfinished_bytes) + RESET, 0, allowed=0):
            return fault
        total_rows = 0
        for page in pages:
            total_rows += page.height_dots
            row_bytes = page.width_dots // 8
            for top in range(0, page.height_dots, BAND_ROWS):
                rows = min(BAND_ROWS, page.height_dots - top)
                head = b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
                band = page.rows[top * row_bytes : (top + rows) * row_bytes]
                if fault := self._send(head + band, rows, BANDS_ON_THEIR_WAY):
                    return fault
        return self._send(CUT, 0, allowed=0) or self._watch_the_end(total_rows)

    def _send(self, part: bytes, rows: int, allowed: int) -> Fault | None:
        question = b"" if self.knows_fence is False else FENCE
        if fault := self._line.line.write(part + question, self._deadline):
            return deadline_fault(self._deadline) if self._deadline.over else fault
        self.rows_printed += rows
        if self.knows_fence is False:
            return self._trouble() if self._answers_status else None
        self._owed_rows.append(rows)
        return self._settle(allowed)

    def _settle(self, allowed: int) -> Fault | None:
        """Wait until at most ``allowed`` parts are on their way."""
        last_answer = time.monotonic()
        while len(self._owed_rows) > allowed:
            if self._deadline.over:
                return deadline_fault(self._deadline)
            if fault := self._line.receive(_POLL_SECONDS):
                return fault
            if self._line.fences:
                last_answer = time.monotonic()
                if fault := self._take_answers():
                    return fault
                continue
            if fault := self._trouble():
                return fault
            patience = sum(self._owed_rows) / _SLOWEST_ROWS_PER_SECOND + _MARGIN_SECONDS
            if time.monotonic() - last_answer > patience:
                if self.knows_fence:
                    return Fault("printer.not_answering", "no answer to GS r, which it has answered before")
                self.knows_fence = False
                self._owed_rows.clear()
        return None

    def _take_answers(self) -> Fault | None:
        self.knows_fence = True
        for answer in self._line.fences:
            if self._owed_rows:
                self._owed_rows.popleft()
            if answer & _FENCE_PAPER_END == _FENCE_PAPER_END:
                self._line.fences.clear()
                return Fault("printer.paper_out", f"GS r: {answer:02x}")
        self._line.fences.clear()
        return None

    def _trouble(self) -> Fault | None:
        """What keeps the printer from printing just now."""
        if not self._answers_status:
            return None
        raw = ask_status(self._line)
        if isinstance(raw, Fault):
            return raw
        fault = status_of(raw, "").fault
        if fault is None:
            self._doubtful_times = 0
            return None
        if fault.code not in ("printer.status_unknown", "printer.offline"):
            return fault
        self._doubtful_times += 1
        if self._doubtful_times < _SAME_SILENCE_TIMES:
            return None
        silent = fault.code == "printer.status_unknown"
        return Fault("printer.not_answering", "no answer to DLE EOT any more") if silent else fault

    def _watch_the_end(self, rows: int) -> Fault | None:
        """Without ``GS r``: no trouble for as long as printing takes is the end; no answer is no end."""
        if self.knows_fence:
            return None
        if not self._answers_status:
            return Fault("printer.end_unknown", "the printer answers no question")
        end = time.monotonic() + rows / _SLOWEST_ROWS_PER_SECOND + _MARGIN_SECONDS / 2
        while time.monotonic() < end:
            if fault := self._trouble():
                return fault
            if not self._deadline.wait(_POLL_SECONDS):
                return deadline_fault(self._deadline)
        return None
