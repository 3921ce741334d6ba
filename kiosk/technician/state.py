"""Everything that a technician's page may show: one frozen value per moment.

The desk (``kiosk.technician.desk``) turns commands into the next state; the pages of ``screens.technician``
draw it.  Nothing in here, and so nothing on those pages, comes from a citizen: no name, number, answer,
document or application, only counts and states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from values import dataclass

if TYPE_CHECKING:
    from devices.contract import Check, Supply


class Phase(StrEnum):
    """The vendor mode of XFS4IoT: no visit begins in any phase but ``inactive``."""

    INACTIVE = "inactive"
    ENTER_PENDING = "enter_pending"  # the page asks who is there
    ACTIVE = "active"
    EXIT_PENDING = "exit_pending"  # what runs is called off, then the citizens' home comes back


class View(StrEnum):
    OVERVIEW = "overview"  # a card per device, worst first
    DEVICE = "device"
    NETWORK = "network"
    MACHINE = "machine"  # disk, memory, temperature, clock, queue, versions
    SCREEN = "screen"  # touch grid, colours
    SOUND = "sound"
    KEYPAD = "keypad"
    CALIBRATION = "calibration"
    SUPPLIES = "supplies"
    SERVICE = "service"  # out of service and back
    EXPORT = "export"  # readiness report, log


@dataclass(frozen=True)
class Entry:
    """The page that asks for the PIN.  The digits themselves are not in the state."""

    digits: int = 0  # how many are typed
    fault: str | None = None  # technician.pin_wrong, technician.locked, technician.card_unknown, ...
    tries_left: int | None = None
    locked_seconds: int = 0  # still locked for so long
    checking: bool = False
    card_possible: bool = False  # a technician's card is configured and a reader is there for it


@dataclass(frozen=True)
class TestRecord:
    """One diagnostic record, as it is kept in the store.  ``passed`` is ``None`` while nobody has said
    whether the paper came out."""

    __test__: ClassVar = False  # not a test of pytest's

    device: str
    kind: str  # self_test | test_print | read_test | voice_test | screen | sound | keypad | network
    by: str  # the technician's name in terminal.toml, or "command line"
    at: str  # ISO 8601, UTC
    passed: bool | None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class DeviceCard:
    """One device as the technician sees it.  Times are seconds since the epoch."""

    name: str
    driver: str
    capabilities: tuple[str, ...]
    state: str  # devices.contract.DeviceState
    since: float
    fault: str | None = None
    cause: str = ""  # status words, errno: of the fault
    detail: str = ""  # firmware or module number, port, queue
    paper: str | None = None
    card: str | None = None
    supply: Supply | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    restarts: int = 0
    crashes: int = 0
    last_test: TestRecord | None = None
    testing: bool = False
    is_printer: bool = False

    @property
    def ready(self) -> bool:
        return self.state in ("online", "busy")

    @property
    def count_untrue(self) -> bool:
        """The printer reports that it has no paper while some should be left: what is counted is wrong."""
        return self.supply is not None and self.paper == "out" and self.supply.left > 0


@dataclass(frozen=True)
class UnknownPart:
    """Something that is plugged in and that no device of the configuration uses."""

    kind: str  # serial | usb | pcsc
    place: str  # port, bus position or reader name
    vendor: str = ""  # 4 hexadecimal digits
    product: str = ""
    description: str = ""


@dataclass(frozen=True)
class NetworkStep:
    """One step on the way to the platform: name, tcp, tls, platform, time; later ones wait for earlier."""

    name: str
    state: str  # waiting | running | passed | failed | skipped
    detail: str = ""
    fault: str | None = None
    milliseconds: int | None = None


@dataclass(frozen=True)
class Reading:
    """A measure of the machine: ``disk``, ``memory``, ``temperature``, ``clock``, ``queue``, ``uptime``,
    ``version``, ``bundle``.  ``fault`` when it is not as it should be."""

    name: str
    value: str
    fault: str | None = None


@dataclass(frozen=True)
class Pushed:
    """The configuration that the fleet pushes here.

    ``sequence`` 0: the product's own is shown; ``since`` when it has been; ``trial``: it has still to prove
    itself; ``waiting``: one that is tested and shown to the next citizen; ``checked``: when everything was
    last verified; ``fault``: why nothing new is taken.
    """

    sequence: int = 0
    since: str = ""
    trial: bool = False
    waiting: int = 0
    checked: str = ""
    fault: str | None = None


@dataclass(frozen=True)
class Export:
    """A report or log that was written, or why not."""

    kind: str  # report | log
    state: str  # running | done | printed | failed
    path: str = ""
    fault: str | None = None


@dataclass(frozen=True)
class ExportPlace:
    """A folder that may be chosen: the configured one, or a stick that is mounted."""

    label: str
    path: str
    free_mib: int


@dataclass(frozen=True)
class Calibration:
    """Touch calibration.  ``targets`` in fractions of the panel (0..1, origin at the bottom left)."""

    targets: tuple[tuple[float, float], ...] = ()
    touched: tuple[tuple[float, float], ...] = ()
    worst_mm: float | None = None  # after all targets: the largest distance that is left
    fault: str | None = None
    confirm_seconds: int = 0  # a new calibration goes back by itself unless it is confirmed by touch
    confirm_until: float = 0.0  # monotonic seconds
    before: tuple[float, ...] | None = None  # the map that comes back then


@dataclass(frozen=True)
class NotTaken:
    """Files edited here that are wrong: what was shown before stays.  ``detail``: which, where and why."""

    fault: str
    detail: str


@dataclass(frozen=True)
class Hearing:
    """What a microphone that is tried hears: the course of the level, each from 0 to 1, and no word."""

    device: str
    seconds_left: int
    levels: tuple[float, ...] = ()


@dataclass(frozen=True)
class TechnicianState:
    phase: Phase = Phase.INACTIVE
    entry: Entry = Entry()
    view: View = View.OVERVIEW
    device: str | None = None  # shown by View.DEVICE
    by: str = ""  # who is here
    cards: tuple[DeviceCard, ...] = ()
    unknown: tuple[UnknownPart, ...] = ()
    network: tuple[NetworkStep, ...] = ()
    pushed: Pushed | None = None  # none: nothing is pushed to this terminal
    not_taken: NotTaken | None = None
    machine: tuple[Reading, ...] = ()
    printing: str | None = None  # device that prints a test page
    asks_paper: str | None = None  # device whose test print waits for "did it come out?"
    reading: str | None = None  # reader that waits for any card or code, to show that it reads
    hearing: Hearing | None = None  # microphone that somebody speaks into, to show that it hears
    calibration: Calibration = Calibration()
    touch_map: tuple[float, ...] | None = None  # six figures that the window applies to every touch
    places: tuple[ExportPlace, ...] = ()
    export: Export | None = None
    out_of_service: bool = False
    closed_by: str = ""  # who took it out of service
    closed_reason: str = ""
    closed_by_platform: bool = False  # from afar, not here
    service_asked: bool = False  # the first of two steps to out of service (or back) was taken
    sound_state: str = ""  # "", playing, played, failed
    sound_fault: str | None = None  # why nothing is heard; None: the sound device takes it
    page: int = 0  # of the overview, where the cards do not fit
    fault: str | None = None  # of the last command, shown on the page
    idle_left: int | None = None  # seconds until it leaves by itself, while a warning shows
    touched_at: float = 0.0  # monotonic seconds

    @property
    def on(self) -> bool:
        return self.phase is not Phase.INACTIVE

    def card(self, name: str | None) -> DeviceCard | None:
        return next((card for card in self.cards if card.name == name), None)
