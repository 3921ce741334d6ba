"""The published JSON Schema is the model's, and says yes and no as the model does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from kiosk.matters.document import Node, read_document
from kiosk.matters.schema import schema_text
from tests.kiosk.matters.examples import CONFIG

SCHEMA = CONFIG / "matter.schema.json"
FILES = sorted((CONFIG / "matters").glob("*.yaml"))


def plain(path: Path) -> Any:
    node = read_document(path)
    assert isinstance(node, Node)
    return node.plain()


def test_the_committed_schema_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), (
        "the model has changed: run kiosk matters schema --out config/matter.schema.json"
    )


def test_every_shipped_matter_is_valid() -> None:
    validator = jsonschema_rs.validator_for(json.loads(schema_text()))
    for path in FILES:
        assert [error.message for error in validator.iter_errors(plain(path))] == [], path.name


@pytest.mark.parametrize("change", ["unknown", "missing", "wrong"])
def test_it_refuses_what_the_model_refuses(change: str) -> None:
    validator = jsonschema_rs.validator_for(json.loads(schema_text()))
    matter = plain(FILES[0])
    match change:
        case "unknown":
            matter["gude"] = {}
        case "missing":
            del matter["guide"]["scope"]
        case "wrong":
            matter["shape"] = "paper"
    assert not validator.is_valid(matter)


def test_an_editor_is_told_what_each_element_is() -> None:
    schema = json.loads(schema_text())
    guide = schema["$defs"]["Guide"]["properties"]
    assert guide["scope"]["description"].startswith("19. 通办范围")
    assert all("description" in prop for prop in schema["properties"].values())
