"""What citizens ask for beside applications: a complaint, a home visit, the green channel, an appointment.

Sealed on disk before it is sent, sent again with the same key until the platform answers, and destroyed then.
What the platform refuses for good is destroyed, too, and told in the log: there is nobody left to ask.

A complaint may have a recording: sealed with it, under the same key, and handed over before it, so that what
the platform registers is whole.  Where the platform turns out to take none, who still waits is told, and
nothing is kept; what was kept for later waits until it does (``kiosk diagnose`` tells why), and keeps nothing
else up.

Fault codes: those of the store, the vault and the platform; ``requests.too_many``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import apsw

from devices.contract import Deadline, Fault
from kiosk.delivery.pauses import PAUSE_AFTER_FAULTS
from kiosk.delivery.platform import PlatformClient
from kiosk.delivery.platform_faults import is_of_the_line, retry_after_of
from kiosk.delivery.recordings import NONE as NO_RECORDINGS
from kiosk.delivery.store import Store, utc_now
from kiosk.delivery.vault import Vault
from values import dataclass

MOST_WAITING: Final = 2_000
MOST_WAITING_BYTES: Final = 160 * 1024 * 1024
"""About forty recordings of two minutes."""
FIRST_PAUSE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 300.0
LOOK_SECONDS: Final = 60.0
STOP_SECONDS: Final = 3.0
APPOINTMENT: Final = "appointment"
RECORDING: Final = "recording_id"
"""In the body: the name under which the recording is handed over."""
KEEP_DAYS: Final = "keep_days"
"""In the body: how long the citizen was told that it is kept; told with the recording."""
_TABLE: Final = "requests"
_BETWEEN: Final = b"\0"  # JSON has none: what follows is the recording

Report = Callable[[str, str, str], None]
"""What happened (``sent``, ``refused``), the kind, and the fault code."""


@dataclass(frozen=True, repr=False)
class Request:
    """``kind``: complaint, home_visit, green_channel or appointment; ``body`` as the interface has it, with
    :data:`RECORDING` and :data:`KEEP_DAYS` where there is a ``recording`` (WAV)."""

    key: str
    kind: str
    body: Mapping[str, str]
    recording: bytes = b""

    def __repr__(self) -> str:
        return f"Request({self.kind})"


class Requests:
    """Any thread may use it."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def keep(self, request: Request) -> Fault | None:
        """``None`` means that it is on disk, committed and synced."""
        plain = json.dumps(dict(request.body), ensure_ascii=False).encode("utf-8", "surrogatepass")
        if request.recording:
            plain = b"".join((plain, _BETWEEN, request.recording))

        def work(connection: apsw.Connection) -> Fault | None:
            waiting = "SELECT count(*), coalesce(sum(length(body)), 0) FROM requests"
            count, size = connection.execute(waiting).fetchall()[0]
            if int(str(count)) >= MOST_WAITING or int(str(size)) + len(plain) > MOST_WAITING_BYTES:
                return Fault("requests.too_many", str(count))
            key, wrapped = self._vault.new_data_key(_TABLE, request.key)
            connection.execute(
                "INSERT OR IGNORE INTO requests (key, kind, created, data_key, body) VALUES (?, ?, ?, ?, ?)",
                (request.key, request.kind, utc_now(), wrapped, key.seal("body", plain)),
            )
            return None

        return self._store.write(work)

    def waiting(self) -> list[Request] | Fault:
        """Oldest first.  What does not open is left out."""
        rows = self._store.read("SELECT key, kind, data_key, body FROM requests ORDER BY seq")
        if isinstance(rows, Fault):
            return rows
        opened = (self._open(*row) for row in rows)
        return [request for request in opened if request is not None]

    def keys(self) -> list[str] | Fault:
        """Of all that wait, oldest first."""
        rows = self._store.read("SELECT key FROM requests ORDER BY seq")
        return rows if isinstance(rows, Fault) else [str(key) for (key,) in rows]

    def get(self, key: str) -> Request | Fault | None:
        """``None``: it is not there any more, or does not open."""
        rows = self._store.read("SELECT key, kind, data_key, body FROM requests WHERE key = ?", (key,))
        if isinstance(rows, Fault):
            return rows
        return self._open(*rows[0]) if rows else None

    def destroy(self, key: str) -> Fault | None:
        def work(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM requests WHERE key = ?", (key,))

        erased = self._store.write(work)
        return erased if isinstance(erased, Fault) else self._store.forget_log()

    def _open(self, key: str, kind: str, wrapped: bytes, body: bytes) -> Request | None:
        data_key = self._vault.data_key(_TABLE, key, wrapped)
        plain = data_key if isinstance(data_key, Fault) else data_key.open("body", body)
        if isinstance(plain, Fault):
            return None
        written, _, recording = plain.partition(_BETWEEN)
        given = json.loads(written.decode("utf-8", "surrogatepass"))
        return Request(key, kind, {str(name): str(value) for name, value in given.items()}, recording)


def _no_report(event: str, kind: str, detail: str) -> None:
    """For who does not want to know."""


class RequestSender:
    """Sends one now for the citizen who waits, and the rest in the background."""

    def __init__(
        self, requests: Requests, platform: PlatformClient | None, report: Report = _no_report
    ) -> None:
        self._requests = requests
        self._platform = platform
        self._report = report
        self._sending = threading.Lock()  # one request has one sender
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed: set[str] = set()  # keys that the platform could not take at the last look

    def start(self) -> None:
        if self._platform is not None and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="requests", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def ask(self, request: Request, deadline: Deadline) -> str | Fault:
        """Keep and send: the platform's number, or the fault.  One that is not permanent leaves it queued; a
        permanent one means that it is neither sent nor kept."""
        kept = self._requests.keep(request)
        if self._platform is None:
            if kept is None:
                self._requests.destroy(request.key)
            return Fault("platform.not_configured", permanent=True)
        sent = self._send(request, deadline.remaining_seconds)
        if isinstance(sent, Fault) and sent.code == NO_RECORDINGS:
            self._requests.destroy(request.key)
            return replace(sent, permanent=True)
        if isinstance(sent, Fault) and not sent.permanent:
            if kept is not None:
                return Fault(kept.code, kept.cause, permanent=True)
            self._bell.set()
        return sent

    def _send(self, request: Request, within_seconds: float | None) -> str | Fault:
        assert self._platform is not None
        with self._sending:
            sent = self._sent(self._platform, request, within_seconds)
            if isinstance(sent, str) or sent.permanent:
                self._requests.destroy(request.key)
                failed = isinstance(sent, Fault)
                self._report(
                    "refused" if failed else "sent",
                    request.kind,
                    sent.code if isinstance(sent, Fault) else "",
                )
        return sent

    @staticmethod
    def _sent(platform: PlatformClient, request: Request, within_seconds: float | None) -> str | Fault:
        """The recording first: a complaint that is registered has all that belongs to it."""
        body = dict(request.body)
        keep_days = body.pop(KEEP_DAYS, "")
        if request.recording:
            deadline = Deadline(within_seconds) if within_seconds is not None else None
            fault = platform.recordings.hand_over(
                body.get(RECORDING, ""),
                request.recording,
                int(keep_days) if keep_days.isdigit() else 0,
                within_seconds,
            )
            if fault is not None:
                return fault
            within_seconds = deadline.remaining_seconds if deadline is not None else None
        return platform.ask(request.kind, request.key, body, within_seconds)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            if self._platform is not None:
                self._platform.recordings.look()
            fault = self._send_all()
            if fault is None:
                pause, wait = FIRST_PAUSE_SECONDS, LOOK_SECONDS
            else:
                wait = max(pause, retry_after_of(fault) or 0.0)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            self._bell.wait(wait)
            self._bell.clear()
            if fault is not None:
                self._stopping.wait(min(1.0, wait))  # a bell is no reason to hammer a platform that is away

    @property
    def _unspoken(self) -> bool:
        """The platform takes no recordings; it is asked again now and then."""
        return self._platform is not None and self._platform.recordings.taken is False

    def _send_all(self) -> Fault | None:
        """Everything that waits, what failed before last, so that it keeps nothing up; the last fault."""
        waiting = self._requests.keys()
        if isinstance(waiting, Fault):
            return waiting
        before, self._failed, fault = self._failed, set(), None
        for key in sorted(waiting, key=lambda each: each in before):
            if self._stopping.is_set():
                return None
            request = self._requests.get(key)
            if isinstance(request, Fault):
                return request
            if request is None or (request.recording and self._unspoken):
                continue
            sent = self._send(request, None)
            if request.recording and self._unspoken:
                continue
            if isinstance(sent, Fault) and not sent.permanent:
                fault = sent
                self._failed.add(request.key)
                if is_of_the_line(sent) or len(self._failed) >= PAUSE_AFTER_FAULTS:
                    break
        return fault
