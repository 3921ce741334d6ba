"""The fleet's tables, in the platform's own database.

What a terminal *is* (``fleet_terminals``) stands apart from how it last *was* (``fleet_beats``): the one
changes once a year, the other ten thousand times a minute.  Times are text, ISO 8601 in UTC to the second.
Nothing in here is about a citizen.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from kiosk.server.database import metadata

ID_CHARACTERS = 64
_MOMENT = String(20)


def _id(primary: bool = False) -> Column[str]:
    return Column("terminal_id", String(ID_CHARACTERS), primary_key=primary, nullable=False)


terminals = Table(
    "fleet_terminals",
    metadata,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("hall", String(128), nullable=False, default=""),
    Column("name", String(128), nullable=False, default=""),
    Column("group", String(64), nullable=False, index=True),
    Column("model", String(64), nullable=False, default=""),
    # By an administrator; else it has only been heard of.
    Column("registered", Boolean, nullable=False, default=False),
    Column("registered_at", _MOMENT, nullable=False),
    Column("credential_sha256", String(64), nullable=False, default=""),
    Column("retired_at", _MOMENT),
    Index("fleet_terminals_hall", "hall", "id"),
)

beats = Table(  # the last heartbeat of each terminal
    "fleet_beats",
    metadata,
    _id(primary=True),
    Column("last_seen", _MOMENT, nullable=False),
    Column("silent", Boolean, nullable=False, default=False),  # said to be, in an alarm
    Column("version", String(40), nullable=False, default=""),
    Column("ready", Boolean),
    Column("queued", Integer),
    Column("clock_skew", Integer),  # seconds; its clock is ahead when positive
    Column("skewed", Boolean, nullable=False, default=False),  # too far
    Column("paper", String(16), nullable=False, default=""),  # of the worst printer
    Column("faults", Integer, nullable=False, default=0),  # devices that are at fault
    Column("bundle", String(128), nullable=False, default=""),  # active
    Column("bundle_sequence", BigInteger),
    Column("self_test", String(16), nullable=False, default=""),  # of that bundle: passed, failed
    Column("stale", String(100), nullable=False, default=""),  # why it takes nothing new: a fault code
    Column("bundle_since", String(40)),  # by the terminal's clock, as the next ones
    Column("bundle_waiting", BigInteger),  # tested there, and shown to the next citizen
    Column("bundle_checked", String(40)),
    Column("trusted", JSON, nullable=False, default=dict),  # role -> version of the metadata it trusts
    Column("service", String(24), nullable=False, default=""),  # "", open, closed_by_platform, closed_here
    Column("audit_head", String(80), nullable=False, default=""),
    Column("devices", JSON, nullable=False, default=list),
    Column("readiness", JSON),  # the last readiness report, as the terminal told it
    Column("readiness_at", _MOMENT),
    Column("fingerprint", String(16), nullable=False, default=""),  # of what the timeline tells
    Index("fleet_beats_seen", "silent", "last_seen"),
)

alarms = Table(
    "fleet_alarms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("terminal_id", String(ID_CHARACTERS), nullable=False),  # empty: about the fleet itself
    Column("kind", String(64), nullable=False),
    Column("subject", String(64), nullable=False, default=""),  # the device, the rollout
    Column("detail", Text, nullable=False, default=""),
    Column("open_key", String(200), unique=True),  # while it is open: one alarm for one trouble
    Column("opened_at", _MOMENT, nullable=False, index=True),
    Column("owner", String(64), nullable=False, default=""),
    Column("acknowledged_at", _MOMENT),
    Column("closed_at", _MOMENT),
    Column("closed_by", String(64), nullable=False, default=""),  # empty: it went by itself
    Column("note", Text, nullable=False, default=""),
    Index("fleet_alarms_terminal", "terminal_id", "id"),
    Index("fleet_alarms_closed", "closed_at", "opened_at"),
)

commands = Table(
    "fleet_commands",
    metadata,
    Column("id", Integer, primary_key=True),
    _id(),
    Column("kind", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("reason", String(200), nullable=False, default=""),
    Column("asked_at", _MOMENT, nullable=False),
    Column("delivered_at", _MOMENT),
    Column("ended_at", _MOMENT),
    Column("outcome", String(32), nullable=False, default=""),  # done, refused, replaced, cancelled
    Column("detail", String(200), nullable=False, default=""),
    Index("fleet_commands_open", "ended_at", "terminal_id"),
    Index("fleet_commands_terminal", "terminal_id", "id"),
)

events = Table(  # the timeline of each terminal
    "fleet_events",
    metadata,
    Column("id", Integer, primary_key=True),
    _id(),
    Column("at", _MOMENT, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
    Column("report_id", String(64)),  # a report that comes again is not told again
    UniqueConstraint("terminal_id", "report_id"),
    Index("fleet_events_terminal", "terminal_id", "id"),
    Index("fleet_events_at", "at"),
)

rollouts = Table(
    "fleet_rollouts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("bundle", String(128), nullable=False),  # empty: each group goes back to what it had
    Column("rings", JSON, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("phase", String(16), nullable=False, index=True),
    Column("ring", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("since", Integer, nullable=False),  # seconds since the epoch
    Column("reason", String(40), nullable=False),
    Column("halted_in", String(16)),
    Column("forgiven_failed", Integer, nullable=False),
    Column("forgiven_through", Integer, nullable=False),
    Column("rolls_back", Integer),  # the rollout that this one takes back
    Column("author", String(64), nullable=False),
    Column("approver", String(64), nullable=False, default=""),
    Column("created_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT),
    Column("revision", Integer, nullable=False),  # two who change it at once: the second looks again
)

steps = Table(  # what became of a rollout, and who did it
    "fleet_rollout_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rollout_id", ForeignKey("fleet_rollouts.id"), nullable=False, index=True),
    Column("at", _MOMENT, nullable=False),
    Column("by", String(64), nullable=False),  # empty: time did
    Column("kind", String(40), nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
)

targets = Table(  # which bundle a rollout gives to which group, and what the group had
    "fleet_targets",
    metadata,
    Column("rollout_id", ForeignKey("fleet_rollouts.id"), primary_key=True),
    Column("group", String(64), primary_key=True),
    Column("ring", Integer, nullable=False),
    Column("bundle", String(128), nullable=False),
    Column("previous", String(128), nullable=False, default=""),
)

progress = Table(
    "fleet_progress",
    metadata,
    Column("rollout_id", ForeignKey("fleet_rollouts.id"), primary_key=True),
    Column("terminal_id", String(ID_CHARACTERS), primary_key=True),
    Column("ring", Integer, nullable=False),
    Column("bundle", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("late", Boolean, nullable=False),  # was off, or came later: nobody waits for it
    Column("assigned_at", _MOMENT, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("downloaded_at", _MOMENT, nullable=False, default=""),
    Column("activated_at", _MOMENT, nullable=False, default=""),
    Column("tested_at", _MOMENT, nullable=False, default=""),
    Column("soaked_at", _MOMENT, nullable=False, default=""),
    Column("failed_at", _MOMENT, nullable=False, default=""),
    Column("rejected_at", _MOMENT, nullable=False, default=""),
    Column("reason", String(200), nullable=False, default=""),
    Column("check_at", _MOMENT),  # when the clock may change something; none: no more
    Index("fleet_progress_status", "rollout_id", "ring", "late", "status"),
    Index("fleet_progress_check", "rollout_id", "check_at"),
    Index("fleet_progress_terminal", "terminal_id", "rollout_id"),
)

assignments = Table(  # what each group is to have; written to the repository by the worker
    "fleet_assignments",
    metadata,
    Column("group", String(64), primary_key=True),
    Column("bundle", String(128), nullable=False),
    Column("rollout_id", Integer, nullable=False),
    Column("wanted_at", _MOMENT, nullable=False),
    Column("written_at", _MOMENT, index=True),
)

leases = Table(  # of several servers on one database one lets the time pass
    "fleet_leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", _MOMENT, nullable=False),
)
