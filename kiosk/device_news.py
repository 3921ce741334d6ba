"""Leads what drivers say, from their threads, to who has to know: the visit, the watch, the technician."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.contract import DeviceEvent, MicrophoneDriver, StatusChanged, SupplyChanged
from kiosk.log import log
from kiosk.terminal_info import readers_changed
from kiosk.visit.events import MicrophoneChanged

if TYPE_CHECKING:
    from devices.device_set import DeviceSet
    from kiosk.delivery.recordings import RecordingClient
    from kiosk.technician.desk import TechnicianDesk
    from kiosk.visit.controller import Controller
    from kiosk.visit.events import Event
    from kiosk.watch import AvailabilityWatch


class DeviceNews:
    """Drivers speak while the rooms that listen are still being built: each is set as soon as it is there."""

    def __init__(self) -> None:
        self.devices: DeviceSet | None = None
        self.controller: Controller | None = None
        self.watch: AvailabilityWatch | None = None
        self.desk: TechnicianDesk | None = None
        self.recordings: RecordingClient | None = None

    def learn_of(self, recordings: RecordingClient) -> None:
        """Who is asked to speak can only be where the platform takes what is said."""
        self.recordings = recordings
        if self.devices is not None and any(isinstance(each, MicrophoneDriver) for each in self.devices):
            recordings.when_known = self._microphone

    def post(self, event: Event) -> None:
        """To the visit."""
        if self.controller is not None:
            self.controller.post(event)

    def heard(self, event: DeviceEvent) -> None:
        """From a driver's thread."""
        if isinstance(event, StatusChanged):
            self._status(event)
        if not isinstance(event, SupplyChanged):  # nothing that a citizen waits for
            self.post(event)
        if self.desk is not None:
            self.desk.hear(event)

    def _status(self, event: StatusChanged) -> None:
        fault = event.status.fault
        log.info(
            "device.status",
            device=event.device,
            state=event.status.state.value,
            fault=fault.code if fault else "",
        )
        devices = self.devices
        if devices is not None and any(event.device == each.name for each in devices.identity_drivers()):
            self.post(readers_changed([devices], fault))
        if devices is not None and isinstance(devices.get(event.device), MicrophoneDriver):
            self._microphone()
        if self.watch is not None:
            self.watch.look()

    def _microphone(self) -> None:
        works = self.devices is not None and self.devices.microphone() is not None
        taken = self.recordings is not None and self.recordings.taken is True
        if self.recordings is not None and self.recordings.taken is False:
            log.warning("recordings.not_taken", fault="platform.no_recordings")
        self.post(MicrophoneChanged(works and taken))
