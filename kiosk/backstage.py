"""Carries out what the flow asks for, on workers, and posts what came of it.

Nothing in here decides anything.  Every task ends in exactly one event of its visit, also when it
crashes: a page that waits for an answer always gets one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from devices.contract import Capability, Deadline, Fault, PrintEnd, PrinterDriver, PrintOutcome
from kiosk.delivery.application import Draft
from kiosk.delivery.owed import OwedPapers, count_offer, owed_to
from kiosk.delivery.recordings import NONE as NO_RECORDINGS
from kiosk.delivery.requests import (
    APPOINTMENT,
    KEEP_DAYS,
    RECORDING,
    Request,
    Requests,
    RequestSender,
)
from kiosk.delivery.saved import SavedForm, SavedForms
from kiosk.log import log
from kiosk.phone import PhoneWriting
from kiosk.print_quota import PrintQuota
from kiosk.privacy.stack import overwrite_own_stack
from kiosk.recorder import Recorder
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.pairs import Pairs
from kiosk.visit.state import PaperKind, Person, Visit
from kiosk.visit.world import SHANGHAI

if TYPE_CHECKING:
    from devices.device_set import DeviceSet
    from kiosk.audit.chain import AuditTrail
    from kiosk.delivery.courier import Courier
    from kiosk.delivery.outbox import Outbox
    from kiosk.delivery.platform import PlatformClient
    from kiosk.visit.controller import TerminalInfo

PRINT_SECONDS: Final = 90.0
DELIVER_SECONDS: Final = 15.0
"""How long a citizen waits for the platform before the visit ends as queued."""
ASK_SECONDS: Final = 8.0
"""How long a citizen waits for the answer to a request before it is said to be kept."""

PRINTER_OF: Final = {
    PaperKind.SLIP: Capability.RECEIPT,
    PaperKind.NOTICE: Capability.RECEIPT,
    PaperKind.DOCUMENT: Capability.DOCUMENT,
    PaperKind.GUIDE: Capability.DOCUMENT,
}


class Backstage:
    def __init__(
        self,
        info: TerminalInfo,
        devices: DeviceSet,
        outbox: Outbox,
        courier: Courier,
        platform: PlatformClient | None,
        audit: AuditTrail,
        post: Callable[[ev.Event], None],
        report: Callable[[str, BaseException], None],
        keep_paper: Callable[[PaperKind, bytes], None] | None = None,
    ) -> None:
        """``keep_paper`` is for rehearsals: it gets a copy of every paper that was printed."""
        self._info = info
        self._devices = devices
        self._outbox = outbox
        self._saved = SavedForms(outbox.store, outbox.vault)
        self._courier = courier
        self._platform = platform
        self._requests = RequestSender(Requests(outbox.store, outbox.vault), platform, _asked)
        self._phone = PhoneWriting(platform.writing_places if platform else None, post)
        self.recorder = Recorder(devices.microphone, post, report)
        self._audit = audit
        self._post = post
        self._report = report
        self._keep_paper = keep_paper
        self._documents: dict[tuple[int, str], bytes] = {}  # by visit and document
        self._wiped_visit = 0
        self._guides = PrintQuota()
        self._pairs = Pairs()
        self._cancelled = threading.Event()
        self._desk = ThreadPoolExecutor(4, "desk")
        self._scribe = ThreadPoolExecutor(1, "scribe")  # the chain keeps the order in which things happened
        # One line to each printer, so that papers come out in the order in which they were asked for.
        self._printing = {
            role: ThreadPoolExecutor(1, f"print-{role.value}") for role in set(PRINTER_OF.values())
        }

    def use_info(self, info: TerminalInfo) -> None:
        """Another configuration was taken; between visits."""
        self._info = info

    def carry_out(self, effect: ef.Effect, visit: Visit) -> None:
        """Start what ``effect`` asks for; returns at once."""
        match effect:
            case ef.ArmIdentity():
                self._devices.arm_all()
            case ef.DisarmIdentity():
                self._devices.disarm_all()
            case ef.VerifyIdentity():
                self._on_desk(
                    lambda: self._verify(effect), lambda: ev.NotVerified(effect.visit, "desk.crashed")
                )
            case ef.KeepApplication():
                self._on_desk(
                    lambda: self._keep(effect), lambda: ev.NotKept(effect.visit, effect.key, "desk.crashed")
                )
            case ef.FindCases():
                self._on_desk(
                    lambda: self._find_cases(effect), lambda: ev.CasesNotFound(effect.visit, "desk.crashed")
                )
            case ef.KeepForm():
                self._on_desk(
                    lambda: self._keep_form(effect), lambda: ev.FormNotKept(effect.visit, "desk.crashed")
                )
            case ef.DropForm():
                self._on_desk(lambda: self._drop_form(effect), lambda: None)
            case ef.DeliverApplication():
                self._on_desk(
                    lambda: self._deliver(effect),
                    lambda: ev.NotAnswered(effect.visit, effect.key, "desk.crashed"),
                )
            case ef.FetchDocument():
                self._on_desk(
                    lambda: self._fetch_for_page(effect),
                    lambda: ev.DocumentNotFetched(effect.visit, effect.document_id, "desk.crashed"),
                )
            case ef.PrintPaper():
                self._print(effect, visit)
            case ef.SendRating():
                self._on_desk(lambda: self._rate(effect), lambda: ev.RatingSettled(effect.visit, False))
            case ef.CallForHelp():
                self._on_desk(lambda: self._call(effect), lambda: ev.HelpSettled(effect.visit, False))
            case ef.BookWindow():
                self._on_desk(lambda: self._book(effect), lambda: ev.AppointmentSettled(effect.visit, ""))
            case ef.CountOffer():
                self._on_desk(lambda: self._count_offer(effect), lambda: None)
            case ef.ReadPaper():
                self._on_desk(lambda: self._read_paper(effect, visit), lambda: ev.PaperRead(effect.visit, ()))
            case ef.SendRequest():
                sound = self.recorder.wav(effect.recording) if effect.recording else b""
                self._on_desk(
                    lambda: self._send_request(effect, sound), lambda: ev.AskingSettled(effect.visit, "")
                )
            case ef.BeginRecording():
                self.recorder.begin(effect.visit, effect.take)
            case ef.EndRecording():
                self.recorder.end()
            case ef.PlayRecording():
                self.recorder.play(effect.visit, effect.take)
            case ef.HushRecording():
                self.recorder.hush()
            case ef.DropRecording():
                self.recorder.drop()
            case ef.OpenWritingPlace():
                self._phone.open(effect.visit, effect.place, effect.most)
            case ef.CloseWritingPlace():
                self._phone.close()
            case ef.SettleApplication():
                self._on_desk(lambda: self._settle(effect), lambda: None)
            case ef.WipeVisit():
                self._wiped_visit = effect.visit
                self._phone.close()
                self.recorder.drop()
                self._documents.clear()
            case ef.WriteEvent():
                for event, keys in self._pairs.written(effect.event, visit.number, dict(effect.keys)):
                    self._scribe.submit(self._guarded, partial(self._write, event, keys), lambda: None)

    def start(self) -> None:
        """Send in the background what citizens have asked for while the platform was away."""
        self._requests.start()

    def stop(self) -> None:
        """Call off what waits for others; what is to be written down or erased still is."""
        self._cancelled.set()
        self._requests.stop()
        self._phone.stop()
        self.recorder.stop()
        for executor in (self._desk, self._scribe, *self._printing.values()):
            executor.shutdown(wait=True)

    # --- desk ---------------------------------------------------------------------------------------

    def _verify(self, effect: ef.VerifyIdentity) -> ev.Event:
        document = effect.document
        number = document.number if document else ""
        if self._platform is None:
            return ev.NotVerified(effect.visit, "platform.not_configured", *self._left_by(number))
        verified = self._platform.verify_identity(document, effect.code)
        if isinstance(verified, Fault):
            return ev.NotVerified(effect.visit, verified.code, *self._left_by(number))
        from kiosk.visit import papers

        person = Person(
            document=document or papers.document_of_holder(verified.holder),
            token=verified.token,
            licences=frozenset(verified.licences),
            phone=verified.holder.get("phone", ""),
            code=effect.code,
        )
        return ev.Verified(effect.visit, person, *self._left_by(person.document.number))

    def _find_cases(self, effect: ef.FindCases) -> ev.Event:
        if self._platform is None:
            return ev.CasesNotFound(effect.visit, "platform.not_configured")
        found = self._platform.own_cases(effect.token)
        if isinstance(found, Fault):
            return ev.CasesNotFound(effect.visit, found.code)
        return ev.CasesFound(effect.visit, found)

    def _left_by(self, number: str) -> tuple[tuple[SavedForm, ...], tuple[OwedPapers, ...]]:
        """Forms kept and papers owed.  A store that cannot be read now has nothing to offer."""
        found = self._saved.of(number, datetime.now(SHANGHAI).date())
        return () if isinstance(found, Fault) else found, owed_to(self._outbox, number)

    def _keep_form(self, effect: ef.KeepForm) -> ev.Event:
        fault = self._saved.keep(effect.number, effect.form, datetime.now(SHANGHAI).date())
        if fault is not None:
            return ev.FormNotKept(effect.visit, fault.code)
        self._audit.append("form.kept", task_code=effect.form.task_code)
        return ev.FormKept(effect.visit)

    def _drop_form(self, effect: ef.DropForm) -> None:
        self._saved.destroy(effect.number, effect.task_code)
        self._audit.append("form.dropped", task_code=effect.task_code)

    def _keep(self, effect: ef.KeepApplication) -> ev.Event:
        values = {key: value for key, value in vars(effect).items() if key not in ("visit", "token")}
        kept = self._outbox.keep(Draft(terminal_id=self._info.id, **values), effect.token)
        if isinstance(kept, Fault):
            return ev.NotKept(effect.visit, effect.key, kept.code)
        return ev.Kept(effect.visit, effect.key)

    def _deliver(self, effect: ef.DeliverApplication) -> ev.Event:
        answer = self._courier.deliver(effect.key, Deadline(DELIVER_SECONDS, self._cancelled))
        if isinstance(answer, Fault):
            reached = self._courier.reached(effect.key)
            return ev.NotAnswered(effect.visit, effect.key, answer.code, answer.permanent, reached)
        return ev.Answered(effect.visit, effect.key, answer)

    def _fetch_for_page(self, effect: ef.FetchDocument) -> ev.Event:
        fault = self._fetch(effect.visit, effect.document_id)
        if fault is not None:
            return ev.DocumentNotFetched(effect.visit, effect.document_id, fault.code)
        return ev.DocumentFetched(effect.visit, effect.document_id)

    def _fetch(self, visit: int, document_id: str) -> Fault | None:
        if (visit, document_id) in self._documents:
            return None
        if self._platform is None:
            return Fault("platform.not_configured")
        pdf = self._platform.document(document_id)
        if isinstance(pdf, Fault):
            return pdf
        self._documents[visit, document_id] = pdf
        if visit <= self._wiped_visit:  # it came after the person had gone
            self._documents.pop((visit, document_id), None)
        return None

    def _rate(self, effect: ef.SendRating) -> ev.Event:
        sent: object = self._platform is not None and self._platform.rate(
            effect.project_no, effect.satisfaction, effect.reasons
        )
        return ev.RatingSettled(effect.visit, sent is True)

    def _call(self, effect: ef.CallForHelp) -> ev.Event:
        called: object = self._platform is not None and self._platform.request("help", effect.text)
        return ev.HelpSettled(effect.visit, called is True)

    def _book(self, effect: ef.BookWindow) -> ev.Event:
        body = {"task_code": effect.task_code, "day": effect.day, "period": effect.period}
        given = {"name": effect.name, "phone": effect.phone, "hall": self._info.hall}
        asked = self._ask(effect.key, APPOINTMENT, {**body, **given})
        if isinstance(asked, Fault):
            return ev.AppointmentSettled(effect.visit, "", queued=not asked.permanent)
        return ev.AppointmentSettled(effect.visit, asked)

    def _send_request(self, effect: ef.SendRequest, sound: bytes) -> ev.Event:
        given = {"text": effect.text, "phone": effect.phone, "project_no": effect.project_no}
        if sound:
            given |= {RECORDING: effect.recording, KEEP_DAYS: str(self._info.recording_days)}
        body = {name: said for name, said in given.items() if said}
        asked = self._ask(effect.key, effect.kind, body, sound)
        if isinstance(asked, Fault):
            unspoken = asked.code == NO_RECORDINGS
            return ev.AskingSettled(effect.visit, "", not asked.permanent, unspoken)
        return ev.AskingSettled(effect.visit, asked)

    def _read_paper(self, effect: ef.ReadPaper, visit: Visit) -> ev.Event:
        pdf = self._drawn(ef.PrintPaper(effect.visit, effect.kind, effect.document_id), visit)
        from kiosk.paper_text import lines_of  # with what reads PDF: a start has no time for it

        return ev.PaperRead(effect.visit, () if isinstance(pdf, Fault) else lines_of(pdf))

    def _ask(self, key: str, kind: str, body: Mapping[str, str], sound: bytes = b"") -> str | Fault:
        request = Request(key, kind, body, sound)
        return self._requests.ask(request, Deadline(ASK_SECONDS, self._cancelled))

    def _count_offer(self, effect: ef.CountOffer) -> None:
        count_offer(self._outbox, effect.key)

    def _settle(self, effect: ef.SettleApplication) -> None:
        self._outbox.settle(effect.key, papers_out=effect.papers_out)

    def _write(self, event: str, keys: dict[str, str]) -> None:
        self._audit.append(event, **keys)

    def _on_desk(self, work: Callable[[], ev.Event | None], otherwise: Callable[[], ev.Event | None]) -> None:
        self._desk.submit(self._guarded, work, otherwise)

    def _guarded(self, work: Callable[[], ev.Event | None], otherwise: Callable[[], ev.Event | None]) -> None:
        try:
            event = work()
        except Exception as crash:  # noqa: BLE001 - a bug on a worker still has to end in an event
            self._report("desk.crashed", crash)
            event = otherwise()
        if event is not None:
            self._post(event)
        del work, otherwise, event
        overwrite_own_stack()

    # --- printers -----------------------------------------------------------------------------------

    def _print(self, effect: ef.PrintPaper, visit: Visit) -> None:
        executor = self._printing[self._role(effect.kind)]
        executor.submit(
            self._guarded,
            lambda: self._settled(effect, self._print_now(effect, visit)),
            lambda: self._settled(effect, PrintOutcome(PrintEnd.FAILED, Fault("desk.crashed"))),
        )

    def _role(self, kind: PaperKind) -> Capability:
        """Where no printer for slips is built in, they come out of the one for documents."""
        role = PRINTER_OF[kind]
        return role if self._devices.printers(role) else Capability.DOCUMENT

    def _settled(self, effect: ef.PrintPaper, outcome: PrintOutcome) -> ev.Event:
        return ev.PaperSettled(effect.visit, effect.kind, outcome, effect.document_id)

    def _print_now(self, effect: ef.PrintPaper, visit: Visit) -> PrintOutcome:
        printer = self._devices.printer(self._role(effect.kind))
        if printer is None:
            return PrintOutcome(PrintEnd.FAILED, Fault("printer.not_configured", permanent=True))
        pdf = self._drawn(effect, visit)
        if isinstance(pdf, Fault):
            return PrintOutcome(PrintEnd.FAILED, pdf)
        if effect.kind is PaperKind.GUIDE and not self._guides.take():
            return PrintOutcome(PrintEnd.FAILED, Fault("paper.too_many_guides"))
        outcome = self._send(printer, pdf, effect.kind)
        if outcome.end is PrintEnd.COMPLETED and self._keep_paper is not None:
            try:
                self._keep_paper(effect.kind, pdf)
            except Exception as crash:  # noqa: BLE001 - the paper is out, whatever becomes of its copy
                self._report("desk.crashed", crash)
        return outcome

    def _send(self, printer: PrinterDriver, pdf: bytes, kind: PaperKind) -> PrintOutcome:
        from kiosk.visit import papers

        self._audit.append("print.begin", paper=kind.value, device=printer.name)
        outcome = printer.print_pdf(pdf, papers.TITLES[kind], Deadline(PRINT_SECONDS, self._cancelled))
        self._audit.append(
            "print.end",
            paper=kind.value,
            device=printer.name,
            disposition=outcome.end.value,
            fault=outcome.fault.code if outcome.fault else "",
        )
        return outcome

    def _drawn(self, effect: ef.PrintPaper, visit: Visit) -> bytes | Fault:
        if effect.kind is PaperKind.DOCUMENT:
            fault = self._fetch(effect.visit, effect.document_id)
            if fault is not None:
                return fault
            gone = Fault("paper.nothing_to_print", "the visit is over")
            return self._documents.get((effect.visit, effect.document_id), gone)
        from kiosk.visit import papers

        return papers.draw(effect.kind, visit, self._info)


def _asked(event: str, kind: str, fault: str) -> None:
    """``event``: sent or refused."""
    log.info(f"request.{event}", kind=kind, fault=fault)
