"""What is drawn is the machine of the terminal file: every part where it is, and none that is not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from devices.contract import Capability
from kiosk.settings import Settings, load_settings
from kiosk.terminal_info import terminal_info
from screens.citizen.drawings import drawing, machine, staying
from tests.screens.samples import INFO

if TYPE_CHECKING:
    from screens.app import CitizenWindow
    from screens.kit.pictures import Picture

EXAMPLE = Path(__file__).parents[3] / "config" / "terminal.example.toml"
LEFT = """
[machine]
reader = [0.62, 0.56, 0.30, 0.12]
slot = [0.10, 0.60, 0.30, 0.02]
"""


def test_parts_stand_where_the_terminal_file_says(tmp_path: Path, window: CitizenWindow) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8") + LEFT, encoding="utf-8")
    settings = load_settings(file)
    assert isinstance(settings, Settings), settings
    capabilities = frozenset({Capability.RESIDENT_CARD, Capability.RECEIPT})
    info = terminal_info(settings, cast("Any", [SimpleNamespace(capabilities=capabilities)]))
    assert info.parts == frozenset({"reader", "slip"})

    def pixels(made: Picture) -> bytes:
        return bytes(made.texture.pixels)

    ctx = window.ctx
    spots = settings.machine.model_dump(exclude_none=True)
    all_of_it, some = replace(INFO, parts=None), replace(INFO, parts=info.parts)
    own = ctx.machine, ctx.terminal
    try:
        seen = []
        for ctx.machine, ctx.terminal in (({}, all_of_it), (spots, all_of_it), (spots, some)):
            seen.append([pixels(draw) for draw in (machine(ctx, 400), drawing(ctx, "samv", 400))])
        still = pixels(staying(ctx, "samv", 400))
    finally:
        ctx.machine, ctx.terminal = own
    for kind in range(2):
        assert len({each[kind] for each in seen}) == 3
    assert still not in seen[2]  # nobody is told to lay what lies there
