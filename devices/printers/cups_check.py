"""The self-test of a queue: ``scheduler``, ``queue``; of its printer: ``printer``, ``state``, ``supplies``.

A printer that does not speak IPP (USB, a PDF backend) cannot be asked; that is said, and is no failure.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.contract import Check, Fault
from devices.printers import ipp_client, reasons
from devices.printers.markers import Marker
from devices.printers.spooler import Queue, Spooler


def checks(queue_name: str, printer_uri: Callable[[Queue], str]) -> list[Check]:
    queue = Spooler(queue_name).queue()
    if isinstance(queue, Fault):
        if queue.code != "printer.queue_missing":
            return [Check("scheduler", False, queue.cause, queue)]
        return [Check("scheduler", True, "CUPS answers"), Check("queue", False, queue_name, queue)]
    made = [Check("scheduler", True, "CUPS answers"), _queue(queue_name, queue)]
    uri = printer_uri(queue)
    if not uri:
        return [*made, Check("printer", True, f"{queue.device_uri.partition(':')[0]}: cannot be asked")]
    answer = ipp_client.get_printer(uri)
    if isinstance(answer, Fault):
        return [*made, Check("printer", False, answer.cause, answer)]
    description = ipp_client.get_description(uri)
    told = "" if isinstance(description, Fault) else f"{description.model} {description.firmware}".strip()
    made.append(Check("printer", True, told or uri))
    status = reasons.status_of(answer.state, answer.reasons, "")
    given = ", ".join(reason for reason in answer.reasons if reason != "none") or "nothing to complain of"
    made.append(Check("state", status.fault is None, given, status.fault))
    if not isinstance(description, Fault):
        made.append(_supplies(description))
    return made


def _queue(name: str, queue: Queue) -> Check:
    if queue.state == reasons.STOPPED:
        return Check("queue", False, queue.message, Fault("printer.queue_stopped", queue.message))
    if not queue.accepting:
        return Check("queue", False, queue.message, Fault("printer.queue_rejecting", queue.message))
    return Check("queue", True, f"{name} takes jobs")


def _level(marker: Marker) -> str:
    if marker.level is None:
        return f"{marker.name} ?"
    return f"{marker.name} {marker.level} %{' low' if marker.is_low else ''}"


def _supplies(description: ipp_client.Description) -> Check:
    levels = [_level(marker) for marker in description.markers]
    told = ", ".join([*levels, *description.media_ready]) or "not told"
    empty = [marker.name for marker in description.markers if marker.level == 0 and not marker.is_filled]
    if empty:
        return Check("supplies", False, told, Fault("printer.supply_empty", ", ".join(empty)))
    return Check("supplies", True, told)
