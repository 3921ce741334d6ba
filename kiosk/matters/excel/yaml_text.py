"""Writes a matter's file as a person would: keys in the model's order, codes between quotes."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

HEAD: Final = "# yaml-language-server: $schema=../matter.schema.json\n"
_LOOKS_LIKE_A_NUMBER: Final = re.compile(r"[-+.\d]")


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True  # anchors are refused by the reader

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # What begins like a number stays text in every reader of YAML only between quotes.
    style = '"' if _LOOKS_LIKE_A_NUMBER.match(text) or "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(plain: dict[str, Any], head: str = HEAD) -> str:
    body: str = yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return head + body
