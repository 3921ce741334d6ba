"""Puts a terminal together from its rooms, and takes it apart again.  The only place that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from devices.contract import Fault
from devices.device_set import DeviceSet
from devices.sound.player import Player
from kiosk.aftermath import aftermath
from kiosk.backstage import Backstage
from kiosk.configuration.taking import Change, SourceWatch
from kiosk.delivery.courier import Courier
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.saved import SavedForms
from kiosk.delivery.store import Store, open_store
from kiosk.delivery_line import to_platform, to_platform_waiting
from kiosk.device_news import DeviceNews
from kiosk.evening import Evening
from kiosk.first_page import LATEST_SECONDS, PATIENT_SECONDS, AfterFirstPage
from kiosk.heartbeat import Heartbeat
from kiosk.home import Home
from kiosk.ledger import Ledger, cut_off, rotate_trail, trail_of
from kiosk.log import log
from kiosk.matters.opening import compiled_beside, open_catalogue
from kiosk.privacy.own_folder import own_temporary_folder
from kiosk.privacy.proof import PrivacyProof, places_of
from kiosk.rest import Rest
from kiosk.sound import open_chimes, open_sound
from kiosk.technician.live import serve_diagnosis
from kiosk.technician.room import log_folder, open_desk
from kiosk.terminal_info import terminal_info
from kiosk.visit import flow
from kiosk.visit.controller import Controller, TerminalInfo
from kiosk.visit.effects import Effect, WriteEvent
from kiosk.visit.state import Mode, PaperKind, Visit
from kiosk.watch import AvailabilityWatch
from kiosk.watchdog import Watchdog, expected_seconds, store_moves

if TYPE_CHECKING:
    from kiosk.audit.chain import AuditTrail
    from kiosk.chimes import Chimes
    from kiosk.configuration.edited import EditedFiles
    from kiosk.configuration.following import Configuration
    from kiosk.matters.catalogue import Catalogue
    from kiosk.settings import Settings
    from kiosk.speech.speaker import Sink, Speaker
    from kiosk.technician.desk import TechnicianDesk

FOR_A_VISIT: Final = (
    "kiosk.matters.models",
    "kiosk.visit.papers",
    "kiosk.delivery.papers.slip",
    "kiosk.paper_text",
    "kiosk.speech.reading",
)
"""Modules that the first page does not need, and whoever touches it soon does."""
WRONG_CONFIGURATION: Final = ("matters.none", "devices.configuration")


class Terminal:
    """A terminal that serves: devices supervised, the outbox drained, one controller for the screens."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        devices: DeviceSet,
        controller: Controller,
        backstage: Backstage,
        desk: TechnicianDesk,
        configuration: Configuration | None,
        rest: Rest,
        proof: PrivacyProof,
        watchdog: Watchdog,
        audit: AuditTrail,
        speaker: Speaker | None,
        chimes: Chimes | None,
        after: AfterFirstPage,
        stack: ExitStack,
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.devices = devices
        self.controller = controller
        self.backstage = backstage
        self.desk = desk
        self.rest = rest
        self.proof = proof
        self.watchdog = watchdog
        self._audit = audit
        self.configuration = configuration
        self.speaker = speaker
        self.chimes = chimes
        self._after = after
        self._stack = stack

    def note_restart(self, reason: str) -> None:
        """Into the chain: the software begins anew by itself."""
        self._audit.append("terminal.restart", name=reason)
        self.watchdog.goes_on()

    def shown(self) -> None:
        """The first page is on the screen: what it need not wait for may begin."""
        self._after.shown()

    def close(self) -> None:
        """Stop everything in the reverse order; what is on disk stays."""
        self._stack.close()


def open_terminal(
    settings: Settings,
    keep_paper: Callable[[PaperKind, bytes], None] | None = None,
    ear: Sink | None = None,
    page_first: bool = False,
) -> Terminal | Fault:
    """Build and start a terminal, or say what keeps it from serving anybody.  ``ear`` hears what would be
    spoken, instead of the loudspeaker.  ``page_first``: devices and deliveries begin when the first page is
    on the screen (:meth:`Terminal.shown`), and until then are taken to be on their way.

    Faults: those of the store and of the vault, ``matters.none`` (no matter file is good),
    ``devices.configuration``.
    """
    stack = ExitStack()
    opened = _open(settings, stack, keep_paper, ear, page_first)
    if isinstance(opened, Fault):
        stack.close()
    return opened


def _configuration(settings: Settings, store: Store, audit: AuditTrail) -> Configuration | None:
    """``None`` for a terminal that is not pushed to, which has no need of what verifies signatures."""
    if settings.bundles is None:
        return None
    from kiosk.configuration.following import Configuration

    return Configuration(settings, store, audit)


def say_why(fault: Fault, say: Callable[[str], None]) -> int:
    """Tell what keeps a terminal from serving; the exit code: 2 where its configuration is wrong, else 1."""
    from kiosk.faults import technician_words

    say(f"kiosk: the terminal cannot serve anybody: {fault.code}: {fault.cause}".rstrip(": "))
    say(f"    {technician_words(fault.code)}")
    return 2 if fault.code in WRONG_CONFIGURATION else 1


def _open(
    settings: Settings,
    stack: ExitStack,
    keep_paper: Callable[[PaperKind, bytes], None] | None,
    ear: Sink | None,
    page_first: bool,
) -> Terminal | Fault:
    store = open_store(settings.storage.path)
    if isinstance(store, Fault):
        return store
    stack.callback(store.close)
    outbox = Outbox.open(store, settings.storage.key_file)
    if isinstance(outbox, Fault):
        return outbox
    audit = trail_of(store, outbox)
    audit.use(settings.audit.digest)
    configuration = _configuration(settings, store, audit)
    if configuration is not None:
        settings = configuration.settings
        configuration.places.use()
    catalogue, _ = open_catalogue(settings.matters.folder, compiled_beside(settings.storage.path))
    for problem in catalogue.problems:
        log.info("matters.problem", fault=problem.code)
    if not len(catalogue):
        return Fault("matters.none", str(settings.matters.folder), permanent=True)
    return _assemble(
        settings, catalogue, store, outbox, audit, configuration, stack, keep_paper, ear, page_first
    )


def _assemble(
    settings: Settings,
    catalogue: Catalogue,
    store: Store,
    outbox: Outbox,
    audit: AuditTrail,
    configuration: Configuration | None,
    stack: ExitStack,
    keep_paper: Callable[[PaperKind, bytes], None] | None,
    ear: Sink | None,
    page_first: bool,
) -> Terminal | Fault:
    temporary = stack.enter_context(own_temporary_folder())
    stack.enter_context(log.kept_in(log_folder(settings)))
    interrupted = aftermath(store, Mode(theme=settings.display.theme), cut_off(outbox))
    SavedForms(store, outbox.vault).purge(datetime.now(ZoneInfo(settings.terminal.timezone)).date())
    platform = to_platform(settings)
    courier = Courier(outbox, platform, Ledger(audit))
    news = DeviceNews()
    devices = DeviceSet.build(settings.devices, news.heard)
    if isinstance(devices, list):
        return Fault("devices.configuration", str(devices[0]), permanent=True)
    news.devices = devices
    if platform is not None:
        news.learn_of(platform.recordings)
    info = terminal_info(settings, devices, configuration.places if configuration else None)
    zone = ZoneInfo(settings.terminal.timezone)
    watch = AvailabilityWatch(catalogue, devices, info.calendar, zone, news.post)
    news.watch = watch
    backstage = Backstage(
        info,
        devices,
        outbox,
        courier,
        platform,
        audit,
        news.post,
        log.crash,
        keep_paper,
    )

    def carry_out(effect: Effect, visit: Visit) -> None:
        if isinstance(effect, WriteEvent) and effect.event == "matter.started":
            home.begun(dict(effect.keys)["task_code"])
        backstage.carry_out(effect, visit)

    display = settings.display
    mode = Mode(
        theme=display.theme,
        elder=display.elder,
        reach=display.reach,
        rate=settings.sound.rate,
        volume=settings.sound.volume,
    )
    controller = Controller(
        info,
        catalogue,
        mode,
        carry_out,
        log.crash,
        Evening.parse(display.evening),
    )
    home = Home(
        store,
        catalogue,
        settings.matters.home,
        lambda: controller.info.calendar,
        zone,
        lambda: controller.state,
    )
    home.start()
    stack.callback(home.stop)
    news.controller = controller
    if interrupted is not None:
        controller.state = interrupted
    controller.send(watch.now())
    watch.start()
    stack.callback(watch.stop)
    source = SourceWatch(catalogue, platform, audit, watch)
    change = Change(settings, catalogue, controller, backstage, watch, source)
    edited = _edited(settings, catalogue, controller, change, audit, stack) if configuration is None else None
    desk = open_desk(
        settings,
        devices,
        store,
        audit,
        catalogue,
        lambda: controller.state,
        log.crash,
        configuration.pushed if configuration is not None else lambda: None,
        edited.not_taken if edited is not None else lambda: None,
    )
    controller.closed = lambda: desk.closed
    news.desk = desk
    at_work = (devices.start_all, courier.start, backstage.start)
    if not page_first:
        for begin in at_work:
            begin()
    stack.callback(devices.stop_all)
    stack.callback(courier.stop)
    source.follow(settings, ask=False)
    later = [source.ask]
    stack.callback(source.stop)
    if configuration is not None:
        from kiosk.configuration.trial import machine_of

        controller.between_visits = lambda: configuration.take_waiting(change.take)
        configuration.waits = controller.wake
        configuration.start(
            to_platform_waiting(settings), lambda: machine_of(controller.info, catalogue), change.prepare
        )
        stack.callback(configuration.stop)
    if platform is not None and settings.platform is not None:
        every = settings.platform.heartbeat_seconds
        waiting = partial(to_platform_waiting, settings)
        heartbeat = Heartbeat(platform, devices, store, audit, every, desk.orders, configuration, waiting)
        later.append(heartbeat.start)
        stack.callback(heartbeat.stop)
    stack.callback(backstage.stop)
    stack.callback(desk.stop)
    stack.enter_context(serve_diagnosis(settings, desk, lambda: controller.state))
    rest = Rest(settings.maintenance, lambda: datetime.now(zone))
    rest.woken = controller.wake
    proof = PrivacyProof(
        audit.append,
        places_of(settings.storage.path, log_folder(settings), temporary, [settings.matters.folder]),
        rest.ask,
    )

    def noticed(before: Visit, after: Visit) -> None:
        proof.noticed(before, after)
        if edited is not None:
            edited.noticed(before, after)

    controller.noticed = noticed
    controller.ticked = lambda _visit: proof.tick()
    stack.callback(proof.stop)
    watchdog = Watchdog(store_moves(store), expected_seconds())
    stack.callback(watchdog.stop)
    begins = at_work if page_first else ()
    latest = PATIENT_SECONDS if page_first else LATEST_SECONDS
    spots = settings.machine.model_dump(exclude_none=True)
    warm = partial(_warm_up, catalogue, controller.info, spots)
    after = AfterFirstPage((*begins, warm, *later), latest)
    after.start()
    stack.callback(after.stop)
    rotate_trail(store, settings.audit.keep_records)
    audit.append("terminal.begin", version=metadata.version("kiosk"))
    stack.callback(audit.append, "terminal.end", disposition="stopped")
    speaker = open_sound(settings.sound, news.post, stack, ear)
    recorder = backstage.recorder
    signal_volume = settings.sound.volume if settings.sound.signals and ear is None else None
    recorder.hear_through(Player(settings.sound.device), speaker, signal_volume)
    chimes = None
    if ear is None:
        chimes = open_chimes(settings.sound, speaker, stack, lambda: recorder.recording)
    return Terminal(
        settings,
        catalogue,
        devices,
        controller,
        backstage,
        desk,
        configuration,
        rest,
        proof,
        watchdog,
        audit,
        speaker,
        chimes,
        after,
        stack,
    )


def _edited(
    settings: Settings,
    catalogue: Catalogue,
    controller: Controller,
    change: Change,
    audit: AuditTrail,
    stack: ExitStack,
) -> EditedFiles:
    """Of a terminal that nothing is pushed to: what is edited in its files is taken between visits."""
    from kiosk.configuration.edited import EditedFiles

    edited = EditedFiles(settings, catalogue, lambda: controller.info, change, audit, controller.wake)
    controller.between_visits = edited.take
    stack.callback(edited.stop)
    return edited


def _warm_up(catalogue: Catalogue, info: TerminalInfo, spots: Mapping[str, object]) -> None:
    from assets import drawings
    from kiosk.matters import choices

    for module in (*flow.LATER, *FOR_A_VISIT):
        import_module(module)
    catalogue.prepare_search()
    choices.prepare()
    layout = drawings.MachineLayout.of(spots)
    if isinstance(layout, drawings.MachineLayout):  # as the settings have seen to
        drawings.make_all(layout, drawings.PARTS if info.parts is None else info.parts & drawings.PARTS)
