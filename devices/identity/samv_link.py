"""One SAM_V command and its reply over a serial line, whatever the line does to it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from devices.contract import Deadline, Fault
from devices.identity.samv_commands import STATUS, Command
from devices.identity.samv_frame import Reply, ReplyDecoder
from devices.serial_port import SerialPort

# Ends a wait that the window's thread has called off; never told to anybody.
CALLED_OFF: Final = Fault("samv.called_off")

_WAIT_SLICE_SECONDS: Final = 0.05  # how late a wait without data notices that it was called off
_SETTLE_SECONDS: Final = 0.05  # silence inside a frame: look for a whole reply behind a false preamble
_DAMAGED_QUIET_SECONDS: Final = 0.03  # silence after a damaged reply: nothing more will come
_BROKEN_OFF_SECONDS: Final = 0.4  # silence inside the expected reply: bytes were lost
_OTHER_RATE_SECONDS: Final = 0.25
_WRITE_SECONDS: Final = 1.0
_DRAIN_READS: Final = 64  # a line that never stops talking is not drained for ever


class SamvLink:
    """Speaks to the module behind ``line``."""

    def __init__(self, line: SerialPort) -> None:
        self._line = line
        self._decoder = ReplyDecoder()
        self.rate = 0  # at which the module answered

    def exchange(self, command: Command, deadline: Deadline, seconds: float | None = None) -> Reply | Fault:
        """Send ``command``; its intact reply, or why there is none.

        Waits ``seconds`` (default: the command's own), and never beyond ``deadline``.  Faults:
        ``samv.no_answer``, ``samv.reply_damaged``, ``serial.*``, and :data:`CALLED_OFF` itself when the
        deadline was cancelled.  Replies that cannot be this command's are late ones and are ignored.
        """
        self._decoder.reset()
        fault = self.discard_input() or self._line.write(command.frame, Deadline(_WRITE_SECONDS))
        if fault is not None:
            return fault
        now = last_heard = time.monotonic()
        end = now + (command.seconds if seconds is None else seconds)
        damaged = False
        while now < end and not deadline.over:
            pause = _DAMAGED_QUIET_SECONDS if damaged else _WAIT_SLICE_SECONDS
            data = self._line.read(min(pause, end - now))
            if isinstance(data, Fault):
                return data
            now = time.monotonic()
            silent = now - last_heard
            if data:
                last_heard = now
                found = self._decoder.feed(data)
            else:
                found = self._decoder.settle() if silent >= _SETTLE_SECONDS else []
            for item in found:
                if not isinstance(item, Reply):
                    damaged = damaged or command.has_length(item.length)
                elif command.accepts(item):
                    return item
            if not data and (damaged or (silent >= _BROKEN_OFF_SECONDS and self._awaits(command))):
                return Fault("samv.reply_damaged", command.name)
        if deadline.was_cancelled:
            return CALLED_OFF
        return Fault("samv.reply_damaged" if damaged else "samv.no_answer", command.name)

    def find_rate(self, rates: Iterable[int], first_seconds: float = STATUS.seconds) -> Reply | Fault:
        """Ask for the module's status at each of ``rates`` until it answers; the line stays at that rate.

        Only the first rate gets ``first_seconds``: a module that was set to another one is the exception.
        """
        tried: list[int] = []
        damaged: list[int] = []
        for rate in rates:
            fault = self._line.set_baud(rate)
            if fault is not None:
                return fault
            seconds = _OTHER_RATE_SECONDS if tried else first_seconds
            tried.append(rate)
            for _ in range(2):
                reply = self.exchange(STATUS, Deadline(seconds), seconds)
                if isinstance(reply, Reply):
                    self.rate = rate
                    return reply
                if reply.code.startswith("serial."):
                    return reply
                if reply.code != "samv.reply_damaged":
                    break
                damaged.append(rate)
        if damaged:  # something talks there: a line that spoils it is another fault than silence
            return Fault("samv.reply_damaged", f"module status at {damaged[-1]}")
        return Fault("samv.no_answer", "module status at " + ", ".join(map(str, tried)))

    def discard_input(self) -> Fault | None:
        """Throw away what arrived without being asked for; tells, too, whether the line has gone."""
        for _ in range(_DRAIN_READS):
            data = self._line.read(0)
            if isinstance(data, Fault):
                return data
            if not data:
                return None
        return None

    def _awaits(self, command: Command) -> bool:
        length = self._decoder.awaited_length
        return length is not None and command.has_length(length)
