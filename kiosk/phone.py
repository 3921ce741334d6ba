"""A text that the citizen writes with the own telephone, fetched from the platform's place for it.

The key that opens it is made for one place, stands in memory only, and goes with the place.  What comes is
somebody else's: it is bounded, and freed of what cannot be seen, before anybody is shown it.

Fault codes: those of the platform; ``phone.text_unusable`` (not for this place, too long, or nothing in it).
"""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from devices.contract import Fault
from kiosk.delivery.platform_faults import retry_after_of
from kiosk.delivery.writing_place import GONE, PlaceNow, WritingPlaceClient
from kiosk.matters.seen_text import one_line
from kiosk.privacy.stack import overwrite_own_stack
from kiosk.visit import events as ev

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

LONGEST_SECONDS: Final = 900.0
"""A platform that names a longer life is not believed."""
WAIT_SECONDS: Final = 5
PAUSE_SECONDS: Final = 2.0
"""Before the platform is asked again after it did not answer."""
SHORTEST_SECONDS: Final = 1.0
"""From one look to the next while nothing changes."""
INFO: Final = b"kiosk writing place"
MOST_ADDRESS: Final = 300
UNUSABLE: Final = Fault("phone.text_unusable", permanent=True)

Post = Callable[[ev.PhoneEvent], None]


class PhoneWriting:
    """One place at a time.  ``open`` and ``close`` return at once; what happens is posted."""

    def __init__(self, places: WritingPlaceClient | None, post: Post) -> None:
        self._places = places
        self._post = post
        self._lock = threading.Lock()
        self._ended: threading.Event | None = None
        self._threads: list[threading.Thread] = []

    def open(self, visit: int, place: str, most: int) -> None:
        """``place`` is the visit's name for it; ``most``: characters."""
        if self._places is None:
            self._post(ev.PhoneFailed(visit, place, "platform.not_configured"))
            return
        ended = threading.Event()
        with self._lock:
            if self._ended is not None:
                self._ended.set()
            self._ended = ended
        follower = _Follower(self._places, self._post, visit, place, most, ended)
        thread = threading.Thread(target=follower.run, name="phone", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def close(self) -> None:
        """Nobody waits for a text any more."""
        with self._lock:
            if self._ended is not None:
                self._ended.set()
            self._ended = None

    def stop(self) -> None:
        self.close()
        for thread in self._threads:
            thread.join(1.0)


class _Follower:
    """One place from opened to closed, on a thread of its own."""

    def __init__(
        self,
        places: WritingPlaceClient,
        post: Post,
        visit: int,
        place: str,
        most: int,
        ended: threading.Event,
    ) -> None:
        self._places = places
        self._post = post
        self._visit = visit
        self._place = place
        self._most = most
        self._ended = ended

    def run(self) -> None:
        try:
            self._follow()
        finally:
            overwrite_own_stack()

    def _follow(self) -> None:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        key = X25519PrivateKey.generate()
        public = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode("ascii").rstrip("=")
        opened = self._places.open(public, self._most)
        if isinstance(opened, Fault):
            self._tell(ev.PhoneFailed(self._visit, self._place, opened.code))
            return
        closer = threading.Thread(target=self._close_when_ended, args=(opened.id,), daemon=True)
        closer.start()
        try:
            if not _leads_somewhere(opened.url):
                self._tell(ev.PhoneFailed(self._visit, self._place, "platform.answer_unreadable"))
                return
            life = min(opened.seconds, LONGEST_SECONDS)
            self._tell(ev.PhoneOpened(self._visit, self._place, opened.url, life))
            self._wait(opened.id, key, time.monotonic() + life)
        finally:
            self._ended.set()
            closer.join()

    def _wait(self, place_id: str, key: X25519PrivateKey, until: float) -> None:
        known = "open"
        while not self._ended.is_set():
            left = until - time.monotonic()
            if left <= 0:
                self._tell(ev.PhoneExpired(self._visit, self._place))
                return
            began = time.monotonic()
            place = self._places.look(place_id, known, min(WAIT_SECONDS, max(0, int(left))))
            if isinstance(place, Fault):
                if place.code == GONE:
                    self._tell(ev.PhoneExpired(self._visit, self._place))
                    return
                self._ended.wait(max(PAUSE_SECONDS, retry_after_of(place) or 0.0))
                continue
            if place.state == known:  # a platform that does not wait is not asked all the time
                self._ended.wait(max(0.0, SHORTEST_SECONDS - (time.monotonic() - began)))
                continue
            known = place.state
            if known == "read":
                self._tell(ev.PhoneRead(self._visit, self._place))
            elif known == "written":
                self._came(place, key)
                return
            elif known != "open":
                self._tell(ev.PhoneExpired(self._visit, self._place))
                return

    def _came(self, place: PlaceNow, key: X25519PrivateKey) -> None:
        text = _unsealed(place.sealed, key)
        if not text or len(text) > self._most:
            self._tell(ev.PhoneFailed(self._visit, self._place, UNUSABLE.code))
        else:
            self._tell(ev.PhoneWritten(self._visit, self._place, text))

    def _close_when_ended(self, place_id: str) -> None:
        """At once, also while the other thread waits for an answer: the text must not outlive the visit."""
        self._ended.wait()
        self._places.close(place_id)
        overwrite_own_stack()

    def _tell(self, event: ev.PhoneEvent) -> None:
        if not self._ended.is_set():
            self._post(event)


def _unsealed(sealed: str, key: X25519PrivateKey) -> str:
    """Empty where it is none, not for this key, or no text."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    try:
        plain = suite.decrypt(base64.b64decode(sealed, validate=True), key, info=INFO)
        return one_line(plain.decode("utf-8"))
    except (InvalidTag, ValueError, binascii.Error):
        return ""


def _leads_somewhere(url: str) -> bool:
    """Whether a telephone can follow it out of a QR code."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MOST_ADDRESS
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)
