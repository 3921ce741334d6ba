"""变更单: what editors write together, one of other people approves, and terminals get as one.

Two pairs of eyes: nobody who has written in a change approves it.  Nothing is lost in silence: each act
names the state that it was decided on, and is refused when that is no longer the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from kiosk.server.console import chain
from kiosk.server.console.sources import is_matter
from kiosk.server.console.tables import change_files, changes, published
from kiosk.server.console.workspace import digest_of, sha256
from kiosk.server.database import now_text, number_of, writing

MOST_FILES: Final = 200


class State(StrEnum):
    EDITING = "editing"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    DISCARDED = "discarded"


WORDS: Final[Mapping[str, tuple[str, str]]] = {  # words and kind
    State.EDITING: ("编辑中", "plain"),
    State.SUBMITTED: ("待审批", "warn"),
    State.APPROVED: ("已批准", "good"),
    State.DISCARDED: ("已作废", "quiet"),
}


@dataclass(frozen=True)
class Written:
    """One file of a change.  ``text`` empty: the matter is withdrawn; ``base_text`` empty: it is new."""

    file: str
    base_sha256: str
    base_text: str
    text: str
    revision: int
    edited_by: str
    edited_at: str

    @property
    def is_matter(self) -> bool:
        return is_matter(self.file)


@dataclass(frozen=True)
class Change:
    id: int
    title: str
    state: State
    revision: int
    editors: tuple[str, ...]
    created_by: str
    created_at: str
    note: str
    submitted_by: str
    submitted_at: str
    decided_by: str
    decided_at: str
    decision: str
    digest: str
    bundle: Mapping[str, Any] | None
    files: tuple[Written, ...] = ()

    @property
    def content(self) -> str:
        """The digest of what stands in it now."""
        return digest_of({each.file: each.base_sha256 + each.text for each in self.files})

    def over(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The matters ``texts`` with those that stand in it."""
        merged = {**texts, **{each.file: each.text for each in self.matters}}
        return {name: text for name, text in sorted(merged.items()) if text}

    @property
    def matters(self) -> tuple[Written, ...]:
        return tuple(each for each in self.files if each.is_matter)

    @property
    def parts(self) -> tuple[Written, ...]:
        """What stands in it beside matters."""
        return tuple(each for each in self.files if not each.is_matter)

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        return tuple((each.file, each.text) for each in self.parts)

    def file(self, name: str) -> Written | None:
        return next((each for each in self.files if each.file == name), None)


@dataclass(frozen=True)
class Stale:
    """It is no longer as it was when the page was made.  ``now``: what stands there instead, for a file."""

    words: str
    now: Written | None = None


@dataclass(frozen=True)
class Forbidden:
    words: str


Refused = Stale | Forbidden


@dataclass(frozen=True)
class Act:
    """Something done with a change, and its record in the chain: one transaction."""

    connection: Connection
    change: Change
    who: str

    def touch(self, **values: Any) -> None:
        mine = changes.c.id == self.change.id
        self.connection.execute(
            update(changes).where(mine).values(revision=self.change.revision + 1, **values)
        )

    def edit(self, event: str, **keys: object) -> None:
        """Who writes in a change is one of its editors from then on."""
        self.touch(editors=sorted({*self.change.editors, self.who}))
        self.note(event, **keys)

    def note(self, event: str, **keys: object) -> None:
        chain.append(self.connection, self.who, event, change=self.change.id, **keys)


@contextmanager
def _acting(
    engine: Engine, number: int, who: str, state: State, revision: int | None = None
) -> Iterator[Act | Refused]:
    """The change ``number`` as somebody may act on it now, or why not."""
    with writing(engine) as connection:
        change = read(connection, number)
        if change is None:
            yield Forbidden("没有这张变更单。")
        elif change.state is not state:
            yield Stale(f"这张变更单现在是“{WORDS[change.state][0]}”，不能这样操作。")
        elif revision is not None and change.revision != revision:
            yield Stale("这张变更单刚刚被别人改过，请看过最新内容再操作。")
        else:
            yield Act(connection, change, who)


def listed(engine: Engine, state: str = "", page: int = 1, size: int = 50) -> tuple[list[Change], int]:
    """The newest first, without their texts; and how many there are."""
    from sqlalchemy import func

    wanted = select(changes)
    counted = select(func.count()).select_from(changes)
    if state:
        wanted, counted = wanted.where(changes.c.state == state), counted.where(changes.c.state == state)
    with engine.connect() as connection:
        total = connection.execute(counted).scalar_one()
        rows = connection.execute(
            wanted.order_by(changes.c.id.desc()).limit(size).offset((page - 1) * size)
        ).all()
    return [_change(row) for row in rows], int(total)


def get(engine: Engine, number: int) -> Change | None:
    with engine.connect() as connection:
        return read(connection, number)


def read(connection: Connection, number: int) -> Change | None:
    row = connection.execute(select(changes).where(changes.c.id == number)).first()
    if row is None:
        return None
    files = connection.execute(
        select(change_files).where(change_files.c.change_id == number).order_by(change_files.c.file)
    ).all()
    return _change(row, [_written(each) for each in files])


def begin(engine: Engine, who: str, title: str) -> int:
    with writing(engine) as connection:
        number = number_of(connection, "console_changes")
        empty = dict.fromkeys(
            ("note", "submitted_by", "submitted_at", "decided_by", "decided_at", "decision", "digest"), ""
        )
        connection.execute(
            insert(changes).values(
                id=number,
                title=title,
                state=State.EDITING.value,
                revision=1,
                editors=[who],
                created_by=who,
                created_at=now_text(),
                **empty,
            )
        )
        chain.append(connection, who, "change.begun", change=number, title=title)
    return number


def save(
    engine: Engine, number: int, who: str, file: str, text: str, revision: int, base: str
) -> int | Refused:
    """Keep ``text`` as the next draft of ``file``; its new revision.

    ``revision`` is the draft that it was made from, 0 for none; ``base`` is the file as it is published.
    """
    with _acting(engine, number, who, State.EDITING) as act:
        if not isinstance(act, Act):
            return act
        before = act.change.file(file)
        if (before.revision if before else 0) != revision:
            by = before.edited_by if before else ""
            words = (
                f"{by} 刚刚保存了这个文件的第 {before.revision} 稿，您看到的是第 {revision} 稿。"
                if before
                else "这个文件刚刚被从变更单中去掉了。"
            )
            return Stale(words, before)
        if before is None and len(act.change.files) >= MOST_FILES:
            return Forbidden(f"一张变更单最多 {MOST_FILES} 个文件，请另建一张。")
        kept = {"text": text, "revision": revision + 1, "edited_by": who, "edited_at": now_text()}
        if before is None:
            act.connection.execute(
                insert(change_files).values(
                    change_id=number, file=file, base_sha256=sha256(base), base_text=base, **kept
                )
            )
        else:
            act.connection.execute(update(change_files).where(_is(number, file)).values(**kept))
        act.edit("change.saved", file=file, revision=revision + 1)
    return revision + 1


def drop(engine: Engine, number: int, who: str, file: str, revision: int) -> Refused | None:
    with _acting(engine, number, who, State.EDITING) as act:
        if not isinstance(act, Act):
            return act
        before = act.change.file(file)
        if before is None or before.revision != revision:
            return Stale("这个文件刚刚被别人改过。", before)
        act.connection.execute(delete(change_files).where(_is(number, file)))
        act.edit("change.dropped", file=file)
    return None


def rebase(engine: Engine, number: int, who: str, file: str, revision: int, base: str) -> Refused | None:
    """The editor has looked at what was published meanwhile: the draft stands on that from now on."""
    with _acting(engine, number, who, State.EDITING) as act:
        if not isinstance(act, Act):
            return act
        before = act.change.file(file)
        if before is None or before.revision != revision:
            return Stale("这个文件刚刚被别人改过。", before)
        kept = {"base_sha256": sha256(base), "base_text": base, "revision": revision + 1}
        act.connection.execute(update(change_files).where(_is(number, file)).values(**kept))
        act.edit("change.saved", file=file, revision=revision + 1)
    return None


def outdated(change: Change, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Files of ``change`` that were begun from something else than what is published now."""
    return tuple(each.file for each in change.files if sha256(texts.get(each.file, "")) != each.base_sha256)


def submit(engine: Engine, number: int, who: str, revision: int, note: str) -> Refused | None:
    with _acting(engine, number, who, State.EDITING, revision) as act:
        if not isinstance(act, Act):
            return act
        if not act.change.files:
            return Forbidden("变更单里还没有任何修改。")
        digest = act.change.content
        said = {"note": note, "submitted_by": who, "submitted_at": now_text(), "digest": digest}
        editors = sorted({*act.change.editors, who})
        act.touch(state=State.SUBMITTED.value, editors=editors, decision="", decided_by="", **said)
        act.note("change.submitted", digest=digest[:16])
    return None


def withdraw(engine: Engine, number: int, who: str, revision: int) -> Refused | None:
    with _acting(engine, number, who, State.SUBMITTED, revision) as act:
        if not isinstance(act, Act):
            return act
        act.touch(state=State.EDITING.value, digest="")
        act.note("change.withdrawn")
    return None


def send_back(engine: Engine, number: int, who: str, revision: int, reason: str) -> Refused | None:
    with _acting(engine, number, who, State.SUBMITTED, revision) as act:
        if not isinstance(act, Act):
            return act
        decided = {"decided_by": who, "decided_at": now_text(), "decision": reason}
        act.touch(state=State.EDITING.value, digest="", **decided)
        act.note("change.returned", reason=reason)
    return None


def approve(
    engine: Engine, number: int, who: str, digest: str, current: Callable[[Connection], Mapping[str, str]]
) -> Refused | None:
    """``digest`` is what the approver has looked at; ``current`` reads the files as they are published."""
    with _acting(engine, number, who, State.SUBMITTED) as act:
        if not isinstance(act, Act):
            return act
        change = act.change
        if who in change.editors:
            return Forbidden("您参与过这张变更单的编辑，不能审批它。请由另一位审批人员审批。")
        if not change.digest or change.digest != digest or change.content != digest:
            return Stale("变更单的内容与您看到的不一致。")
        if old := outdated(change, current(act.connection)):
            return Stale(f"{'、'.join(old)} 在提交之后又有新的发布，请退回编辑人员合并。")
        now = now_text()
        for each in change.files:
            act.connection.execute(delete(published).where(published.c.file == each.file))
            act.connection.execute(
                insert(published).values(
                    file=each.file, text=each.text, sha256=sha256(each.text), change_id=number, at=now
                )
            )
        act.touch(state=State.APPROVED.value, decided_by=who, decided_at=now, decision="")
        act.note("change.approved", digest=digest[:16])
    return None


def discard(engine: Engine, number: int, who: str, revision: int) -> Refused | None:
    with _acting(engine, number, who, State.EDITING, revision) as act:
        if not isinstance(act, Act):
            return act
        act.touch(state=State.DISCARDED.value)
        act.note("change.discarded")
    return None


def _is(number: int, file: str) -> Any:
    return (change_files.c.change_id == number) & (change_files.c.file == file)


def _change(row: Row[Any], files: Sequence[Written] = ()) -> Change:
    known = {name: getattr(row, name) for name in Change.__dataclass_fields__ if name != "files"}
    known |= {"state": State(row.state), "editors": tuple(row.editors)}
    return Change(**known, files=tuple(files))


def _written(row: Row[Any]) -> Written:
    return Written(**{name: getattr(row, name) for name in Written.__dataclass_fields__})
