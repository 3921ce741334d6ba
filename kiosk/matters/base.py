"""The province's base catalogue (河南省政务服务事项基本目录): what may be offered at all (Article 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from kiosk.matters.document import ONE_CATALOGUE
from kiosk.matters.load import load_model
from kiosk.matters.models import Matter, Strict, Words
from kiosk.matters.problem import Problem


class BaseItem(Strict):
    """One item of the base catalogue; ``catalog_code`` is the 12-character base code (基本编码)."""

    catalog_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{12}$")]
    name: Words
    item_type: Words
    department: Words


class BaseCatalogue(Strict):
    version: Words
    publisher: Words
    published: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    items: tuple[BaseItem, ...]

    def item(self, catalog_code: str) -> BaseItem | None:
        return self._by_code.get(catalog_code)

    def not_listed(self, matters: Iterable[Matter]) -> tuple[Matter, ...]:
        """The matters that Article 5 forbids to offer."""
        listed = self._by_code
        return tuple(matter for matter in matters if matter.catalog_code not in listed)

    @property
    def _by_code(self) -> Mapping[str, BaseItem]:
        return {item.catalog_code: item for item in reversed(self.items)}


def load_base_catalogue(path: Path) -> BaseCatalogue | list[Problem]:
    return load_model(path, BaseCatalogue, ONE_CATALOGUE)
