"""Which files are in force: those of the active bundle, for what it holds, else those of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from values import dataclass

if TYPE_CHECKING:
    from kiosk.settings import Settings

PARTS: Final = {"hall_hours": "hall-hours.yaml", "calendar": "calendar.yaml"}
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True)
class Places:
    """``folder`` is that of the active bundle; ``None``: everything is the product's."""

    folder: Path | None = None

    def part(self, name: str) -> Path | None:
        """A file or folder of the bundle, if it holds one."""
        if self.folder is None:
            return None
        path = self.folder / name
        return path if path.exists() else None

    def settings(self, own: Settings) -> Settings:
        """``own``, with the matters, hours and calendar that are in force."""
        matters = self.part("matters")
        if matters is None:
            return own
        given = {field: path for field, name in PARTS.items() if (path := self.part(name)) is not None}
        changed = own.matters.model_copy(update={"folder": matters, **given})
        return replace(own, matters=changed)

    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """Sentences that the bundle says otherwise, by language and key."""
        found: dict[str, Mapping[str, str]] = {}
        for language in LANGUAGES:
            path = self.part(f"texts/{language}.toml")
            if path is None:
                continue
            from kiosk.bundles.parts import texts_of

            table = texts_of(path.read_bytes())
            if table:
                found[language] = table
        return found

    def use(self) -> None:
        """For what is read once for the whole process: lists of choices, and the rating's reasons."""
        from kiosk.matters import choices, ratings

        choices.use(self.part("choices"))
        ratings.use(self.part("rating-reasons.yaml"))


def pictures_of(settings: Settings) -> Path:
    """Where the samples lie that guides show: beside the folder of the matters, in a bundle as elsewhere."""
    return settings.matters.folder.parent / "pictures"


def beside(settings: Settings) -> Places:
    """For the texts of a terminal that nothing is pushed to: those that lie beside its matters."""
    return Places(settings.matters.folder.parent)


def bundles_folder(settings: Settings) -> Path:
    """Where a terminal keeps its bundles: beside its store."""
    store = settings.storage.path
    return store.with_name(f"{store.stem}.bundles")


def in_force(settings: Settings) -> Places:
    """What is shown, for who only looks (``kiosk diagnose``) and may change nothing."""
    if settings.bundles is None:
        return Places()
    from kiosk.bundles.client.slots import Slots

    slots = Slots(bundles_folder(settings))
    active = slots.state.active
    return Places(slots.path(active) if active is not None and slots.path(active).is_dir() else None)
