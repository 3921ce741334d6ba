"""An appointment at a counter, for who comes when nobody is there, or has a matter that ends in person."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import events as ev
from kiosk.visit.effects import BookWindow
from kiosk.visit.state import Appointment, AppointmentState, HelpState, Overlay, Visit
from kiosk.visit.world import Step, World


def open_appointment(visit: Visit, event: ev.OpenAppointment, world: World) -> Step:
    """Which matter it is for has to be known; a number that was given stays to be read again."""
    if visit.matter is None:
        return visit, ()
    made = visit.appointment.state is AppointmentState.MADE
    appointment = visit.appointment if made else Appointment()
    return replace(visit, overlay=Overlay.APPOINTMENT, help=HelpState.CLOSED, appointment=appointment), ()


def make_appointment(visit: Visit, event: ev.MakeAppointment, world: World) -> Step:
    state = visit.appointment.state
    if visit.matter is None or state not in (AppointmentState.OPEN, AppointmentState.FAILED):
        return visit, ()
    making = Appointment(AppointmentState.MAKING, event.day, event.period)
    person = visit.person
    booking = BookWindow(
        visit.number,
        visit.matter.task_code,
        event.day,
        event.period,
        name=person.document.name if person else "",
        phone=person.phone if person else "",
        key=world.new_key(),
    )
    return replace(visit, appointment=making), (booking,)


def appointment_settled(visit: Visit, event: ev.AppointmentSettled, world: World) -> Step:
    if visit.appointment.state is not AppointmentState.MAKING:
        return visit, ()
    unmade = AppointmentState.QUEUED if event.queued else AppointmentState.FAILED
    state = AppointmentState.MADE if event.number else unmade
    return replace(visit, appointment=replace(visit.appointment, state=state, number=event.number)), ()
