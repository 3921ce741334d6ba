"""The console's tables; times are text, ISO 8601 in UTC."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from kiosk.server.database import metadata

users = Table(
    "console_users",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("roles", String(80), nullable=False),  # words of kiosk.server.console.roles, with commas
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),  # lets in only where the server was started for a demonstration
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

sessions = Table(
    "console_sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("user", ForeignKey("console_users.name"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

tries = Table(  # wrong passwords; names are hashed, because people type passwords there, too
    "console_tries",
    metadata,
    Column("name_sha256", String(64), primary_key=True),  # of the name and where the tries come from
    Column("failures", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("locked_until", Text, nullable=False),
    Column("account_sha256", String(64)),  # of the name alone
)

devices = Table(  # browsers that somebody has come in with before
    "console_devices",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("name_sha256", String(64), primary_key=True),
    Column("seen_at", Text, nullable=False, index=True),
)

audit = Table(
    "console_audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False, index=True),
    Column("who", String(32), nullable=False, index=True),
    Column("event", String(40), nullable=False, index=True),
    Column("keys", Text, nullable=False),  # canonical JSON: the text that the digest covers
    Column("digest", LargeBinary(32), nullable=False),
)

audit_head = Table(  # a mark of the last record, so that what was cut off at the end shows
    "console_audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
)

changes = Table(  # 变更单: what is approved and rolled out as one
    "console_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("editors", JSON, nullable=False),  # everybody who has ever written in it: none of them approves
    Column("created_by", String(32), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("note", Text, nullable=False),  # the editor's words to the approver
    Column("submitted_by", String(32), nullable=False),
    Column("submitted_at", Text, nullable=False),
    Column("decided_by", String(32), nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("decision", Text, nullable=False),  # the approver's words to the editor
    Column("digest", String(64), nullable=False),  # of what was submitted
    Column("bundle", JSON),  # of the package made from it
)

change_files = Table(
    "console_change_files",
    metadata,
    Column("change_id", ForeignKey("console_changes.id"), primary_key=True),
    Column("file", String(120), primary_key=True),
    Column("base_sha256", String(64), nullable=False),  # of what it was begun from
    Column("base_text", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("edited_by", String(32), nullable=False),
    Column("edited_at", Text, nullable=False),
)

drafts = Table(  # what somebody has typed and not saved; of a session that has ended, too
    "console_drafts",
    metadata,
    Column("user", String(32), primary_key=True),
    Column("page", String(300), primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("revision", Integer, nullable=False),  # the state of the thing that it was typed over
    Column("at", Text, nullable=False, index=True),
)

published = Table(  # files as approved here; one that is not here stands in the matters' folder or beside it
    "console_published",
    metadata,
    Column("file", String(120), primary_key=True),
    Column("text", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("change_id", ForeignKey("console_changes.id"), nullable=False),
    Column("at", Text, nullable=False),
)

tickets = Table(  # of bad ratings and of requests, until they are put right
    "console_tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),  # rating, request
    Column("ref", String(60), nullable=False),
    Column("opened_at", Text, nullable=False, index=True),
    Column("deadline", String(10), nullable=False, index=True),  # a day of Asia/Shanghai, that day included
    Column("extended", Text, nullable=False),  # why the deadline was put off, once
    Column("owner", String(32), nullable=False),
    Column("state", String(8), nullable=False, index=True),  # open, mine, done
    Column("action", Text, nullable=False),  # what was put right
    Column("outcome", String(12), nullable=False),  # what the citizen said: content, not_content, unreached
    Column("done_by", String(32), nullable=False),
    Column("done_at", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("kind", "ref"),
)
